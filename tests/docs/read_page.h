/* tests/docs/read_page.h -- the committed pages of docs. */
#ifndef TESTS_DOCS_READ_PAGE_H
#define TESTS_DOCS_READ_PAGE_H

#include "engine/base/text.h"

/* The folder docs of the source tree. */
const char *docs_folder(char out[1024]);

/* docs/NAME; a test that cannot read it fails. */
void read_page(const char *name, struct text *out);

#endif
