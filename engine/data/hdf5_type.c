/* engine/data/hdf5_type.c -- see hdf5_type.h. */
#include "engine/data/hdf5_type.h"

/* h5py stores booleans as an enumeration of bytes: FALSE is 0, TRUE is 1. */
static bool is_boolean(hid_t type)
{
    int8_t no = -1, yes = -1;

    return H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2 && H5Tenum_valueof(type, "FALSE", &no) >= 0 &&
           H5Tenum_valueof(type, "TRUE", &yes) >= 0 && no == 0 && yes == 1;
}

static bool read_integer(hid_t type, struct hdf5_numbers *out)
{
    const bool is_signed = H5Tget_sign(type) != H5T_SGN_NONE;

    switch (H5Tget_size(type)) {
    case 1:
        out->dtype = is_signed ? DTYPE_INT8 : DTYPE_UINT8;
        out->memory = is_signed ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8;
        return true;
    case 2:
        out->dtype = is_signed ? DTYPE_INT16 : DTYPE_UINT16;
        out->memory = is_signed ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
        return true;
    case 4:
        out->dtype = is_signed ? DTYPE_INT32 : DTYPE_UINT32;
        out->memory = is_signed ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
        return true;
    case 8:
        out->dtype = DTYPE_INT64;
        out->memory = is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
        out->unsigned_64 = !is_signed;
        return true;
    default:
        return false;
    }
}

static bool read_real(hid_t type, struct hdf5_numbers *out)
{
    switch (H5Tget_size(type)) {
    case 2:
    case 4:
        out->dtype = DTYPE_FLOAT32;
        out->memory = H5T_NATIVE_FLOAT;
        return true;
    case 8:
        out->dtype = DTYPE_FLOAT64;
        out->memory = H5T_NATIVE_DOUBLE;
        return true;
    default:
        return false;
    }
}

static const char *class_name(H5T_class_t class)
{
    static const char *const names[H5T_NCLASSES] = {
        [H5T_INTEGER] = "integers of an unusual size",
        [H5T_FLOAT] = "real numbers of an unusual size",
        [H5T_TIME] = "times",
        [H5T_STRING] = "texts",
        [H5T_BITFIELD] = "bit fields",
        [H5T_OPAQUE] = "opaque data",
        [H5T_COMPOUND] = "records",
        [H5T_REFERENCE] = "references",
        [H5T_ENUM] = "an enumeration",
        [H5T_VLEN] = "lists in lists",
        [H5T_ARRAY] = "arrays as elements",
    };

    return class >= 0 && class < H5T_NCLASSES && names[class] ? names[class] : "data of an unknown kind";
}

bool hdf5_type_read(hid_t type, struct hdf5_numbers *out, struct error *err)
{
    const H5T_class_t class = H5Tget_class(type);

    *out = (struct hdf5_numbers){ .memory = type };
    if ((class == H5T_INTEGER && read_integer(type, out)) || (class == H5T_FLOAT && read_real(type, out)))
        return true;
    if (class == H5T_ENUM && is_boolean(type)) {
        out->dtype = DTYPE_BOOL;
        return true;
    }
    RAISE(err, ERROR_INVALID_VALUE, NULL, "it holds %s", class_name(class));
    return error_hint(err, "Sources are integers of 1 to 8 bytes, float16, float32, float64 or booleans.");
}

bool hdf5_numbers_check(const struct hdf5_numbers *numbers, const struct tensor *tensor, struct error *err)
{
    const int64_t count = numbers->unsigned_64 ? tensor_elements(tensor) : 0;
    const int64_t *integers = tensor->data;

    for (int64_t i = 0; i < count; i++)
        if (integers[i] < 0)
            return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "the uint64 number %llu does not fit into int64",
                         (unsigned long long)integers[i]);
    return true;
}
