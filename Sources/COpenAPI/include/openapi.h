#ifndef DEPOT_OPENAPI_H
#define DEPOT_OPENAPI_H

#include <stddef.h>

/// The bytes of openapi.yaml, which lies beside openapi.c, without a zero at the end.
const unsigned char *openapi_document(void);
/// How many they are.
size_t openapi_document_size(void);

#endif
