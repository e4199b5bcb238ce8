/* server/store/store_result.h -- how a query ended. */
#ifndef SERVER_STORE_STORE_RESULT_H
#define SERVER_STORE_STORE_RESULT_H

enum store_result {
    STORE_OK,
    STORE_NONE,        /* there is no such row; err is untouched */
    STORE_CONFLICT,    /* the row is not, or no longer, in the state this needs; err is untouched */
    STORE_UNAVAILABLE, /* may work later: err has ERROR_UNAVAILABLE, or ERROR_STORAGE_FULL */
    STORE_FAILED       /* a defect of ours, or of the database: err has ERROR_INTERNAL */
};

#endif
