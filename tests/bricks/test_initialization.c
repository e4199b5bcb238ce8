/* tests/bricks/test_initialization.c -- start values against NumPy's own.
 *
 * data/initializations.json was written by NumPy (data/make_initializations.py). */
#include "engine/bricks/initialization/initialization.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/bricks/bricks.h"
#include "tests/support/components.h"
#include "tests/support/every_type.h"
#include "tests/support/read_json.h"

enum { CASES = 20, ELEMENTS_MAX = 400 };

static struct shape shape_of_json(const cJSON *json)
{
    struct shape shape = { .rank = cJSON_GetArraySize(json) };

    for (int axis = 0; axis < shape.rank; axis++)
        shape.dims[axis] = cJSON_GetArrayItem(json, axis)->valueint;
    return shape;
}

static void generate(const cJSON *test, struct tensor *out, struct random_state *random)
{
    const cJSON *json = cJSON_GetObjectItem(test, "scheme");
    struct components components = { 0 };
    const struct component *scheme = component_of_json(&components, &initialization_family, json);
    struct error_list errors = { 0 };
    struct error err;

    out->shape = shape_of_json(cJSON_GetObjectItem(test, "shape"));
    random_seed(random, (uint32_t)cJSON_GetObjectItem(test, "seed")->valueint);
    ck_assert(initialization_check(scheme, &out->shape, &errors));
    ck_assert(initialization_generate(scheme, random, out, &err));
    components_fini(&components);
}

START_TEST(a_scheme_gives_the_numbers_of_numpy)
{
    cJSON *file = read_json("tests/bricks/data/initializations.json");
    const cJSON *test = cJSON_GetArrayItem(file, _i), *values = cJSON_GetObjectItem(test, "value");
    const char *type = cJSON_GetObjectItem(cJSON_GetObjectItem(test, "scheme"), "type")->valuestring;
    double numbers[ELEMENTS_MAX];
    struct tensor out = { .dtype = DTYPE_FLOAT64, .data = numbers };
    struct random_state random;
    int64_t index = 0;
    const cJSON *value;

    ck_assert_int_eq(cJSON_GetArraySize(file), CASES);
    generate(test, &out, &random);
    ck_assert_int_eq(tensor_elements(&out), cJSON_GetArraySize(values));
    cJSON_ArrayForEach(value, values)
    {
        if (strcmp(type, "Orthogonal") == 0)
            ck_assert_double_eq_tol(numbers[index], value->valuedouble, 1e-13);
        else
            ck_assert_double_eq(numbers[index], value->valuedouble);
        index++;
    }
    cJSON_Delete(file);
}
END_TEST

START_TEST(float32_holds_the_rounded_doubles)
{
    cJSON *file = read_json("tests/bricks/data/initializations.json");
    const cJSON *test = cJSON_GetArrayItem(file, _i), *value;
    float numbers[ELEMENTS_MAX];
    struct tensor out = { .dtype = DTYPE_FLOAT32, .data = numbers };
    struct random_state random;
    int64_t index = 0;

    generate(test, &out, &random);
    cJSON_ArrayForEach(value, cJSON_GetObjectItem(test, "value"))
        ck_assert_float_eq_tol(numbers[index++], (float)value->valuedouble, 1e-7f);
    cJSON_Delete(file);
}
END_TEST

START_TEST(drawing_without_storing_moves_the_generator_alike)
{
    cJSON *file = read_json("tests/bricks/data/initializations.json");
    const cJSON *test = cJSON_GetArrayItem(file, _i);
    double numbers[ELEMENTS_MAX];
    struct tensor stored = { .dtype = DTYPE_FLOAT64, .data = numbers }, dropped = { .dtype = DTYPE_FLOAT64 };
    struct random_state after_storing, after_dropping;

    generate(test, &stored, &after_storing);
    generate(test, &dropped, &after_dropping);
    ck_assert_double_eq(random_gauss(&after_storing), random_gauss(&after_dropping));
    cJSON_Delete(file);
}
END_TEST

static const struct {
    const char *json;
    struct shape shape;
    const char *pointer;
    enum error_code code;
} wrong[] = {
    { "{\"type\": \"Uniform\"}", { 1, { 3 } }, "", ERROR_MISSING_MEMBER },
    { "{\"type\": \"Uniform\", \"width\": 1, \"std\": 1}", { 1, { 3 } }, "/std", ERROR_CONFLICT },
    { "{\"type\": \"Identity\"}", { 1, { 3 } }, "", ERROR_SHAPE },
    { "{\"type\": \"Orthogonal\"}", { 3, { 2, 2, 2 } }, "", ERROR_SHAPE },
    { "{\"type\": \"Orthogonal\"}", { 2, { 65536, 2 } }, "", ERROR_LIMIT },
    { "{\"type\": \"Sparse\", \"num_init\": 2.5, \"weights_init\": {\"type\": \"Identity\"}}",
      { 2, { 3, 3 } },
      "/num_init",
      ERROR_INVALID_VALUE },
    { "{\"type\": \"Sparse\", \"num_init\": 4, \"weights_init\": {\"type\": \"Identity\"}}",
      { 2, { 3, 3 } },
      "/num_init",
      ERROR_SHAPE },
    { "{\"type\": \"Sparse\", \"num_init\": 3, \"weights_init\": {\"type\": \"Identity\"}}",
      { 2, { 3, 3 } },
      "/weights_init",
      ERROR_SHAPE },
    { "{\"type\": \"Sparse\", \"num_init\": 3, \"weights_init\": {\"type\": \"Uniform\"}}",
      { 1, { 3 } },
      "",
      ERROR_SHAPE },
    { "{\"type\": \"SparseND\", \"axis\": [0, 2], \"num_init\": 3, \"weights_init\": {\"type\": "
      "\"Uniform\"}}",
      { 2, { 3, 3 } },
      "/axis/1",
      ERROR_SHAPE },
    { "{\"type\": \"SparseND\", \"axis\": [1, 1], \"num_init\": 3, \"weights_init\": {\"type\": "
      "\"Uniform\"}}",
      { 2, { 3, 3 } },
      "/axis/1",
      ERROR_DUPLICATE },
    { "{\"type\": \"Constant\", \"constant\": [1, 2]}", { 1, { 3 } }, "/constant", ERROR_SHAPE },
    { "{\"type\": \"Constant\", \"constant\": [[1], [2]]}", { 1, { 2 } }, "/constant", ERROR_SHAPE },
    { "{\"type\": \"Constant\", \"constant\": [1, [2]]}", { 1, { 2 } }, "/constant", ERROR_WRONG_TYPE },
    { "{\"type\": \"Constant\", \"constant\": [[1, 2], [3]]}",
      { 2, { 2, 2 } },
      "/constant",
      ERROR_WRONG_TYPE },
    { "{\"type\": \"Constant\", \"constant\": []}", { 1, { 2 } }, "/constant", ERROR_WRONG_TYPE },
    { "{\"type\": \"Constant\", \"constant\": \"0\"}", { 1, { 2 } }, "/constant", ERROR_WRONG_TYPE },
    { "{\"type\": \"Constant\", \"constant\": [[[[[[[[[1]]]]]]]]]}",
      { 1, { 2 } },
      "/constant",
      ERROR_WRONG_TYPE },
};

START_TEST(a_scheme_that_cannot_fill_the_parameter_is_refused)
{
    struct components components = { 0 };
    struct error_list errors = { 0 };

    ck_assert(!initialization_check(component_of_text(&components, &initialization_family, wrong[_i].json),
                                    &wrong[_i].shape, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_int_eq(errors.items[0].code, wrong[_i].code);
    ck_assert_str_eq(errors.items[0].pointer, wrong[_i].pointer);
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

START_TEST(a_large_orthogonal_matrix_is_orthogonal)
{
    enum { ROWS = 200, COLUMNS = 70 };
    static double numbers[ROWS * COLUMNS];
    const struct tensor out = { DTYPE_FLOAT64, { 2, { ROWS, COLUMNS } }, numbers };
    struct components components = { 0 };
    struct random_state random;
    struct error err;

    random_seed(&random, 3);
    ck_assert(initialization_generate(
        component_of_text(&components, &initialization_family, "{\"type\": \"Orthogonal\"}"), &random, &out,
        &err));
    for (int a = 0; a < COLUMNS; a++)
        for (int b = 0; b <= a; b++) {
            double dot = 0;

            for (int row = 0; row < ROWS; row++)
                dot += numbers[row * COLUMNS + a] * numbers[row * COLUMNS + b];
            ck_assert_double_eq_tol(dot, a == b, 1e-12);
        }
    components_fini(&components);
}
END_TEST

/* Shape, places per row, and the axes of the rows. */
static const struct {
    const char *json;
    struct shape shape;
    bool row_axis[3];
    int places;
} sparse[] = {
    { "\"type\": \"Sparse\", \"num_init\": 3", { 2, { 6, 10 } }, { true }, 3 },
    { "\"type\": \"Sparse\", \"num_init\": 0.25", { 2, { 6, 10 } }, { true }, 2 },
    { "\"type\": \"Sparse\", \"num_init\": 1", { 2, { 6, 10 } }, { true }, 1 },
    { "\"type\": \"SparseND\", \"num_init\": 4, \"axis\": [0, 1]", { 3, { 2, 3, 5 } }, { true, true }, 4 },
    { "\"type\": \"SparseND\", \"num_init\": 4, \"axis\": [2, 0]",
      { 3, { 2, 5, 3 } },
      { true, false, true },
      4 },
    { "\"type\": \"SparseND\", \"num_init\": 2, \"axis\": 1", { 2, { 7, 4 } }, { false, true }, 2 },
};

START_TEST(sparse_schemes_fill_some_places_of_each_row)
{
    double numbers[ELEMENTS_MAX];
    const struct tensor out = { DTYPE_FLOAT64, sparse[_i].shape, numbers };
    int found[ELEMENTS_MAX] = { 0 }, rows[ELEMENTS_MAX], row_count = 1;
    struct components components = { 0 };
    struct error_list errors = { 0 };
    struct random_state random, values;
    const struct component *scheme;
    struct error err;
    char json[300];

    snprintf(json, sizeof json,
             "{%s, \"weights_init\": {\"type\": \"Constant\", \"constant\": 2}, \"sparse_init\":"
             " {\"type\": \"Uniform\", \"width\": 1}}",
             sparse[_i].json);
    scheme = component_of_text(&components, &initialization_family, json);
    random_seed(&random, 11);
    ck_assert(initialization_check(scheme, &out.shape, &errors));
    ck_assert(initialization_generate(scheme, &random, &out, &err));
    for (int64_t i = 0; i < tensor_elements(&out); i++) {
        int64_t rest = i;

        rows[i] = 0;
        row_count = 1;
        for (int axis = out.shape.rank - 1; axis >= 0; axis--) {
            const int position = (int)(rest % out.shape.dims[axis]);

            rest /= out.shape.dims[axis];
            rows[i] += sparse[_i].row_axis[axis] ? position * row_count : 0;
            row_count *= sparse[_i].row_axis[axis] ? (int)out.shape.dims[axis] : 1;
        }
        found[rows[i]] += numbers[i] == 2;
    }
    for (int row = 0; row < row_count; row++)
        ck_assert_int_eq(found[row], sparse[_i].places);
    random_seed(&values, 11); /* the generator has given one number for each element, and no places */
    for (int64_t i = 0; i < tensor_elements(&out); i++)
        random_double(&values);
    ck_assert_double_eq(random_double(&random), random_double(&values));
    components_fini(&components);
}
END_TEST

/* One of each, also of those that NumPy cannot be asked for. */
static const struct {
    const char *type, *json;
} schemes[] = {
    { "Constant", "{\"type\": \"Constant\", \"constant\": 0.1}" },
    { "Identity", "{\"type\": \"Identity\", \"mult\": 0.1}" },
    { "IsotropicGaussian", "{\"type\": \"IsotropicGaussian\", \"std\": 2, \"mean\": 0.5}" },
    { "Orthogonal", "{\"type\": \"Orthogonal\", \"scale\": 3}" },
    { "Sparse",
      "{\"type\": \"Sparse\", \"num_init\": 2, \"weights_init\": {\"type\": \"IsotropicGaussian\"}}" },
    { "SparseND", "{\"type\": \"SparseND\", \"axis\": 1, \"num_init\": 2, \"weights_init\": {\"type\": "
                  "\"Uniform\", \"width\": 1}}" },
    { "Uniform", "{\"type\": \"Uniform\", \"mean\": 1, \"std\": 0.2}" },
};

START_TEST(a_scheme_gives_the_same_in_both_dtypes)
{
    enum { SIDE = 5 };
    float singles[SIDE * SIDE];
    double doubles[SIDE * SIDE];
    const struct tensor single = { DTYPE_FLOAT32, { 2, { SIDE, SIDE } }, singles },
                        twice = { DTYPE_FLOAT64, { 2, { SIDE, SIDE } }, doubles };
    struct components components = { 0 };
    const struct component *scheme = component_of_text(&components, &initialization_family, schemes[_i].json);
    struct random_state one, other;
    struct error err;
    double sum = 0;

    random_seed(&one, 5);
    random_seed(&other, 5);
    ck_assert(initialization_generate(scheme, &one, &single, &err));
    ck_assert(initialization_generate(scheme, &other, &twice, &err));
    for (int i = 0; i < SIDE * SIDE; i++) {
        ck_assert(singles[i] == (float)doubles[i]);
        sum += fabs(doubles[i]);
    }
    ck_assert(sum > 0);
    ck_assert_double_eq(random_double(&one), random_double(&other));
    components_fini(&components);
}
END_TEST

START_TEST(every_scheme_has_a_case)
{
    EVERY_TYPE_HAS_CASES(initialization_family, schemes, 1, 1);
}
END_TEST

Suite *initialization_suite(void)
{
    Suite *suite = suite_create("initialization");
    TCase *initialization = tcase_create("initialization");

    tcase_add_loop_test(initialization, a_scheme_gives_the_numbers_of_numpy, 0, CASES);
    tcase_add_loop_test(initialization, float32_holds_the_rounded_doubles, 0, CASES);
    tcase_add_loop_test(initialization, a_scheme_gives_the_same_in_both_dtypes, 0, COUNT(schemes));
    tcase_add_test(initialization, every_scheme_has_a_case);
    tcase_add_loop_test(initialization, drawing_without_storing_moves_the_generator_alike, 0, CASES);
    tcase_add_loop_test(initialization, a_scheme_that_cannot_fill_the_parameter_is_refused, 0,
                        (int)COUNT(wrong));
    tcase_add_loop_test(initialization, sparse_schemes_fill_some_places_of_each_row, 0, (int)COUNT(sparse));
    tcase_add_test(initialization, a_large_orthogonal_matrix_is_orthogonal);
    suite_add_tcase(suite, initialization);
    return suite;
}
