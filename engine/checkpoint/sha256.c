/* engine/checkpoint/sha256.c -- see sha256.h. */
#include "engine/checkpoint/sha256.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "engine/base/memory.h"

struct sha256 {
    EVP_MD_CTX *context;
};

/* libcrypto fails here only when memory is out. */
static void require(bool worked)
{
    if (!worked) {
        fputs("kiln: out of memory in libcrypto\n", stderr);
        abort();
    }
}

struct sha256 *sha256_new(void)
{
    struct sha256 *sha = memory_new(1, sizeof(*sha));

    sha->context = EVP_MD_CTX_new();
    require(sha->context && EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL) == 1);
    return sha;
}

void sha256_add(struct sha256 *sha, const void *bytes, size_t length)
{
    require(EVP_DigestUpdate(sha->context, bytes, length) == 1);
}

void sha256_text(const struct sha256 *sha, char out[SHA256_TEXT_BYTES])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *copy = EVP_MD_CTX_new();

    require(copy && EVP_MD_CTX_copy_ex(copy, sha->context) == 1 &&
            EVP_DigestFinal_ex(copy, digest, NULL) == 1);
    EVP_MD_CTX_free(copy);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

void sha256_free(struct sha256 *sha)
{
    if (!sha)
        return;
    EVP_MD_CTX_free(sha->context);
    free(sha);
}

void sha256_of(const void *bytes, size_t length, char out[SHA256_TEXT_BYTES])
{
    struct sha256 *sha = sha256_new();

    sha256_add(sha, bytes, length);
    sha256_text(sha, out);
    sha256_free(sha);
}
