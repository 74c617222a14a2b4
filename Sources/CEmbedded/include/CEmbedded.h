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
/// screen.html: the counter screen of a paired browser. Its pages hold {{station}} where the station's name goes.
struct embedded_file embedded_screen_html(void);
/// unpaired.html: the page of a browser that is not paired.
struct embedded_file embedded_unpaired_html(void);
/// spent.html: the page of a browser whose pairing link is no longer good.
struct embedded_file embedded_spent_html(void);
/// screen.js: the counter screen's script.
struct embedded_file embedded_screen_js(void);
/// screen.css: the style of all pages.
struct embedded_file embedded_screen_css(void);

#endif
