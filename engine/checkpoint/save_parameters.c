/* engine/checkpoint/save_parameters.c -- `_parameters`, under the names of Blocks; see save_members.h. */
#include "engine/checkpoint/save.h"
#include "engine/checkpoint/save_members.h"

static struct variable *find_parameter(const struct variables *model, const char *path, struct error *err)
{
    struct variable *variable = variables_find(model, path);

    if (!variable || variable->role != VARIABLE_PARAMETER) {
        RAISE(err, ERROR_UNKNOWN_NAME, NULL, "the model has no parameter \"%s\"", path);
        return NULL;
    }
    return variable;
}

static size_t count_parameters(const struct variables *model)
{
    size_t count = 0;

    for (size_t i = 0; model && i < variables_count(model); i++)
        count += variables_at(model, i)->role == VARIABLE_PARAMETER;
    return count;
}

static void name_array(struct arena *arena, struct named_tensor *out, const struct variable *variable)
{
    char member[PARAMETER_NAME_BYTES];

    parameter_to_member(variable->name, member);
    *out = (struct named_tensor){ arena_text(arena, member), variable->value };
}

/* The parameters asked for, or all of the model in its order.  Without a model there are none. */
bool save_parameters(const struct main_loop *loop, const struct checkpoint_request *request,
                     struct member_list *list, struct error *err)
{
    const struct variables *model = loop->parts.model;
    size_t count = request->parameters ? request->parameter_count : count_parameters(model);
    struct named_tensor *arrays = arena_array(&list->arena, count + 1, sizeof(*arrays));

    if (!model || !count)
        return true;
    if (request->parameters) {
        for (size_t i = 0; i < count; i++) {
            const struct variable *variable = find_parameter(model, request->parameters[i], err);
            if (!variable)
                return false;
            name_array(&list->arena, &arrays[i], variable);
        }
    } else {
        for (size_t i = 0, next = 0; next < count; i++)
            if (variables_at(model, i)->role == VARIABLE_PARAMETER)
                name_array(&list->arena, &arrays[next++], variables_at(model, i));
    }
    return member_list_add_npz(list, "_parameters", arrays, count, err);
}
