/* tests/data/suites.h -- the suites of this program, one per file. */
#ifndef TESTS_DATA_SUITES_H
#define TESTS_DATA_SUITES_H

#include <check.h>

Suite *cache_suite(void);
Suite *cross_validation_suite(void);
Suite *csv_suite(void);
Suite *dataset_suite(void);
Suite *dataset_stream_suite(void);
Suite *decimal_suite(void);
Suite *examples_suite(void);
Suite *hdf5_suite(void);
Suite *idx_suite(void);
Suite *in_place_suite(void);
Suite *inflate_suite(void);
Suite *npy_suite(void);
Suite *npz_suite(void);
Suite *page_maker_suite(void);
Suite *ragged_suite(void);
Suite *random_transformer_suite(void);
Suite *read_ahead_suite(void);
Suite *scheme_suite(void);
Suite *scheme_state_suite(void);
Suite *selection_suite(void);
Suite *synthetic_suite(void);
Suite *transformer_suite(void);

#endif
