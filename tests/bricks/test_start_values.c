/* tests/bricks/test_start_values.c -- whole trees filled with the numbers of Blocks.
 *
 * data/start_values.json was written with NumPy (data/make_start_values.py). */
#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"
#include "tests/support/read_json.h"

enum { CASES = 11, TOPS_MAX = 4 };

struct job {
    struct components components;
    struct brick *tops[TOPS_MAX];
    size_t top_count;
    struct variables *variables;
};

static bool declare(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    struct variables *variables = context;
    struct error err;

    (void)brick;
    return variables_declare(variables, VARIABLE_PARAMETER, parameter->path, variables_real(variables),
                             &parameter->shape, &err);
}

static void build(struct job *job, const cJSON *test, enum dtype dtype)
{
    struct error_list errors = { 0 };
    const cJSON *brick;

    *job = (struct job){ .variables = variables_new(dtype) };
    cJSON_ArrayForEach(brick, cJSON_GetObjectItem(test, "bricks"))
    {
        const struct component *component = component_of_json(&job->components, &brick_family, brick);

        job->tops[job->top_count] = brick_new(component, brick->string, &errors);
        ck_assert_ptr_nonnull(job->tops[job->top_count++]);
    }
}

static void fill(struct job *job, const cJSON *test)
{
    struct random_state seeds;
    struct error err;

    ck_assert(variables_allocate(job->variables, &err));
    random_seed(&seeds, (uint32_t)cJSON_GetObjectItem(test, "seed")->valueint);
    for (size_t i = 0; i < job->top_count; i++)
        ck_assert(brick_initialize(job->tops[i], job->variables, &seeds, &err));
}

static void job_fini(struct job *job)
{
    for (size_t i = 0; i < job->top_count; i++)
        brick_free(job->tops[i]);
    variables_free(job->variables);
    components_fini(&job->components);
}

static void compare(const struct variable *variable, const cJSON *numbers)
{
    const cJSON *number;
    int64_t i = 0;

    ck_assert_int_eq(tensor_elements(&variable->value), cJSON_GetArraySize(numbers));
    cJSON_ArrayForEach(number, numbers)
    {
        const double wanted =
            variable->value.dtype == DTYPE_FLOAT32 ? (double)(float)number->valuedouble : number->valuedouble;

        ck_assert_msg(tensor_read(&variable->value, i) == wanted, "%s at %lld: %.17g instead of %.17g",
                      variable->name, (long long)i, tensor_read(&variable->value, i), wanted);
        i++;
    }
}

START_TEST(a_tree_starts_with_the_numbers_of_blocks)
{
    cJSON *file = read_json("tests/bricks/data/start_values.json");
    const cJSON *test = cJSON_GetArrayItem(file, _i / 2),
                *parameters = cJSON_GetObjectItem(test, "parameters");
    const cJSON *parameter;
    struct job job;

    ck_assert_int_eq(cJSON_GetArraySize(file), CASES);
    build(&job, test, _i % 2 ? DTYPE_FLOAT32 : DTYPE_FLOAT64);
    for (size_t i = 0; i < job.top_count; i++)
        ck_assert(brick_each_parameter(job.tops[i], declare, job.variables));
    fill(&job, test);
    ck_assert_uint_eq(variables_count(job.variables), (size_t)cJSON_GetArraySize(parameters));
    cJSON_ArrayForEach(parameter, parameters)
    {
        const struct variable *variable = variables_find(job.variables, parameter->string);

        ck_assert_msg(variable, "there is no %s", parameter->string);
        compare(variable, parameter);
    }
    job_fini(&job);
    cJSON_Delete(file);
}
END_TEST

/* Parameters of layers that no expression uses are drawn all the same. */
START_TEST(an_unused_layer_does_not_shift_the_others)
{
    cJSON *file = read_json("tests/bricks/data/start_values.json");
    const cJSON *test = cJSON_GetArrayItem(file, 0);
    const char *path = "/mlp/linear_1.W";
    const struct shape shape = { 2, { 4, 2 } };
    struct error err;
    struct job job;

    build(&job, test, DTYPE_FLOAT64);
    ck_assert(variables_declare(job.variables, VARIABLE_PARAMETER, path, DTYPE_FLOAT64, &shape, &err));
    fill(&job, test);
    compare(variables_find(job.variables, path),
            cJSON_GetObjectItem(cJSON_GetObjectItem(test, "parameters"), path));
    job_fini(&job);
    cJSON_Delete(file);
}
END_TEST

Suite *start_values_suite(void)
{
    Suite *suite = suite_create("start values");
    TCase *start_values = tcase_create("start values");

    tcase_add_loop_test(start_values, a_tree_starts_with_the_numbers_of_blocks, 0, 2 * CASES);
    tcase_add_test(start_values, an_unused_layer_does_not_shift_the_others);
    suite_add_tcase(suite, start_values);
    return suite;
}
