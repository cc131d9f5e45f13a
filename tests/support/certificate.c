// SPDX-License-Identifier: MIT
#include "support/certificate.h"

#include <stdio.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

enum { SECONDS_PER_DAY = 86400, FILE_MAX = 256 };

static FILE *open_part(const char *path, const char *end, const char *mode)
{
    char name[FILE_MAX];

    (void)snprintf(name, sizeof name, "%s%s", path, end);
    return fopen(name, mode);
}

static X509 *read_certificate(const char *path)
{
    FILE *file = open_part(path, ".pem", "re");
    X509 *read = file != NULL ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;

    if (file != NULL)
        (void)fclose(file);
    return read;
}

static EVP_PKEY *read_key(const char *path)
{
    FILE *file = open_part(path, ".key", "re");
    EVP_PKEY *read = file != NULL ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;

    if (file != NULL)
        (void)fclose(file);
    return read;
}

static bool write_both(X509 *made, EVP_PKEY *key, const char *path)
{
    FILE *pem = open_part(path, ".pem", "we");
    FILE *secret = open_part(path, ".key", "we");
    bool ok = pem != NULL && secret != NULL && PEM_write_X509(pem, made) == 1 &&
              PEM_write_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) == 1;

    if (pem != NULL)
        ok = fclose(pem) == 0 && ok;
    if (secret != NULL)
        ok = fclose(secret) == 0 && ok;
    return ok;
}

static bool add_extension(X509 *made, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bool ok = extension != NULL && X509_add_ext(made, extension, -1) == 1;

    X509_EXTENSION_free(extension);
    return ok;
}

static bool name_server(X509 *made, const char *name)
{
    char names[FILE_MAX];

    (void)snprintf(names, sizeof names, "DNS:%s", name);
    return add_extension(made, NID_subject_alt_name, names) &&
           X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                                      (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool fill(X509 *made, EVP_PKEY *key, const struct certificate *certificate)
{
    int serial = 0;

    return RAND_bytes((unsigned char *)&serial, sizeof serial - 1) == 1 &&
           X509_set_version(made, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(made), serial + 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(made),
                           (long)certificate->from_day * SECONDS_PER_DAY) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(made),
                           (long)certificate->until_day * SECONDS_PER_DAY) != NULL &&
           X509_set_pubkey(made, key) == 1 && name_server(made, certificate->name) &&
           (certificate->issuer != NULL ||
            add_extension(made, NID_basic_constraints, "critical,CA:TRUE"));
}

bool certificate_make(const struct certificate *certificate, const char *path)
{
    X509 *made = X509_new();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    bool has_issuer = certificate->issuer != NULL;
    X509 *issuer = has_issuer ? read_certificate(certificate->issuer) : made;
    EVP_PKEY *issuer_key = has_issuer ? read_key(certificate->issuer) : key;
    bool ok = made != NULL && key != NULL && issuer != NULL && issuer_key != NULL &&
              fill(made, key, certificate) &&
              X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1 &&
              X509_sign(made, issuer_key, EVP_sha256()) > 0 && write_both(made, key, path);

    if (has_issuer) {
        X509_free(issuer);
        EVP_PKEY_free(issuer_key);
    }
    X509_free(made);
    EVP_PKEY_free(key);
    return ok;
}

void certificate_drop(const char *path)
{
    static const char *const ends[] = {".pem", ".key"};
    char name[FILE_MAX];

    for (int i = 0; i < 2; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}
