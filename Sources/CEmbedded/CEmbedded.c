#include "CEmbedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi_yaml[] = {
#embed "openapi.yaml"
};
static const unsigned char screen_html[] = {
#embed "screen.html"
};
static const unsigned char unpaired_html[] = {
#embed "unpaired.html"
};
static const unsigned char spent_html[] = {
#embed "spent.html"
};
static const unsigned char screen_js[] = {
#embed "screen.js"
};
static const unsigned char screen_css[] = {
#embed "screen.css"
};

struct embedded_file embedded_openapi_yaml(void) { return (struct embedded_file){openapi_yaml, sizeof openapi_yaml}; }

struct embedded_file embedded_screen_html(void) { return (struct embedded_file){screen_html, sizeof screen_html}; }

struct embedded_file embedded_unpaired_html(void) {
    return (struct embedded_file){unpaired_html, sizeof unpaired_html};
}

struct embedded_file embedded_spent_html(void) { return (struct embedded_file){spent_html, sizeof spent_html}; }

struct embedded_file embedded_screen_js(void) { return (struct embedded_file){screen_js, sizeof screen_js}; }

struct embedded_file embedded_screen_css(void) { return (struct embedded_file){screen_css, sizeof screen_css}; }
