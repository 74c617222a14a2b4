#include "CEmbedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#define EMBEDDED(name) \
    struct embedded_file embedded_##name(void) { return (struct embedded_file){name, sizeof name}; }

static const unsigned char openapi_yaml[] = {
#embed "openapi.yaml"
};
EMBEDDED(openapi_yaml)

static const unsigned char screen_connection_js[] = {
#embed "screen/connection.js"
};
EMBEDDED(screen_connection_js)

static const unsigned char screen_de_json[] = {
#embed "screen/de.json"
};
EMBEDDED(screen_de_json)

static const unsigned char screen_en_json[] = {
#embed "screen/en.json"
};
EMBEDDED(screen_en_json)

static const unsigned char screen_lane_js[] = {
#embed "screen/lane.js"
};
EMBEDDED(screen_lane_js)

static const unsigned char screen_main_js[] = {
#embed "screen/main.js"
};
EMBEDDED(screen_main_js)

static const unsigned char screen_page_js[] = {
#embed "screen/page.js"
};
EMBEDDED(screen_page_js)

static const unsigned char screen_recent_js[] = {
#embed "screen/recent.js"
};
EMBEDDED(screen_recent_js)

static const unsigned char screen_screen_css[] = {
#embed "screen/screen.css"
};
EMBEDDED(screen_screen_css)

static const unsigned char screen_html[] = {
#embed "screen/screen.html"
};
EMBEDDED(screen_html)

static const unsigned char screen_search_js[] = {
#embed "screen/search.js"
};
EMBEDDED(screen_search_js)

static const unsigned char screen_sound_js[] = {
#embed "screen/sound.js"
};
EMBEDDED(screen_sound_js)

static const unsigned char spent_html[] = {
#embed "screen/spent.html"
};
EMBEDDED(spent_html)

static const unsigned char screen_text_js[] = {
#embed "screen/text.js"
};
EMBEDDED(screen_text_js)

static const unsigned char unpaired_html[] = {
#embed "screen/unpaired.html"
};
EMBEDDED(unpaired_html)
