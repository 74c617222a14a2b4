#ifndef DEPOT_EMBEDDED_H
#define DEPOT_EMBEDDED_H

#include <stddef.h>

/// A file that lies beside CEmbedded.c, as it was when the program was built; no zero follows its bytes.
struct embedded_file {
    const unsigned char *bytes;
    size_t size;
};

/// openapi.yaml: every route of every group.
struct embedded_file embedded_openapi_yaml(void);

// screen/: the counter screen. Its pages hold {{station}}, {{language}} and the names of a language's words.

/// screen.html: the counter screen of a paired browser.
struct embedded_file embedded_screen_html(void);
/// unpaired.html: the page of a browser that is not paired.
struct embedded_file embedded_unpaired_html(void);
/// spent.html: the page of a browser whose pairing link is no longer good.
struct embedded_file embedded_spent_html(void);
/// screen.css: the style of all pages.
struct embedded_file embedded_screen_screen_css(void);
/// main.js: the script that the page starts, and that imports the others.
struct embedded_file embedded_screen_main_js(void);
/// connection.js: the state of the station and the stream of its changes.
struct embedded_file embedded_screen_connection_js(void);
/// lane.js: the card of a lane.
struct embedded_file embedded_screen_lane_js(void);
/// page.js: the elements of the document.
struct embedded_file embedded_screen_page_js(void);
/// recent.js: the list of recent results.
struct embedded_file embedded_screen_recent_js(void);
/// search.js: the search box.
struct embedded_file embedded_screen_search_js(void);
/// sound.js: the sounds.
struct embedded_file embedded_screen_sound_js(void);
/// text.js: the words of a language, and texts from outside.
struct embedded_file embedded_screen_text_js(void);
/// en.json: the words in English.
struct embedded_file embedded_screen_en_json(void);
/// de.json: the words in German.
struct embedded_file embedded_screen_de_json(void);

#endif
