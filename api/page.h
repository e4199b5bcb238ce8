/* api/page.h -- the frame of a list: {"items": [...], "next": CURSOR}, with the same in a Link header. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/request.h"

enum { PAGE_LIMIT_MAX = 1000 };
#define PAGE_LIMIT_PRESET "50"

void page_open(struct reply *reply);
/* `cursor` NULL: this was the last page. */
void page_close(const struct request *request, struct reply *reply, const char *cursor);
/* The same where the query parameter for the next page is called otherwise than "cursor". */
void page_close_as(const struct request *request, struct reply *reply, const char *parameter,
                   const char *cursor);

#endif
