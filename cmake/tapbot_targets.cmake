# All functions that create targets.
find_package(PkgConfig REQUIRED)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.14)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq>=15)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis>=0.14)
pkg_check_modules(LIBCURL REQUIRED IMPORTED_TARGET libcurl>=7.88)
pkg_check_modules(LIBCRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares>=1.18)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1>=0.2.5)
pkg_check_modules(CHECK REQUIRED IMPORTED_TARGET check>=0.15)
# libstemmer has no pkg-config file.
find_library(STEMMER_LIBRARY stemmer REQUIRED)
find_path(STEMMER_INCLUDE libstemmer.h REQUIRED)
# libical's pkg-config file also names its two other libraries.
find_library(ICAL_LIBRARY ical REQUIRED)
find_path(ICAL_INCLUDE libical/ical.h REQUIRED)
find_package(Threads REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
execute_process(COMMAND ${Python3_EXECUTABLE} -c "import yaml" RESULT_VARIABLE no_yaml ERROR_QUIET)
if(no_yaml)
    message(FATAL_ERROR "${Python3_EXECUTABLE} lacks the module yaml (package python3-yaml)")
endif()

# tapbot_library(name SOURCES a.c b.c LINKS lower PkgConfig::X)
# A folder of common/, or the core of a service. It links only libraries of lower layers, so that a call to a higher layer
# fails to link.
function(tapbot_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_LINKS})
endfunction()

# tapbot_embed(target name file...)
# Embeds files into the binary in the given order; see "base/embed.h".
function(tapbot_embed target name)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_embed.c)
    set(entries "")
    set(blobs "")
    set(index 0)
    foreach(file ${ARGN})
        get_filename_component(path ${file} ABSOLUTE)
        get_filename_component(leaf ${file} NAME)
        string(APPEND blobs "EMBED_BLOB(${name}_blob_${index}, \"${path}\");\n")
        string(APPEND entries
               "    {\"${leaf}\", ${name}_blob_${index}, ${name}_blob_${index}_end},\n")
        math(EXPR index "${index} + 1")
        list(APPEND paths ${path})
    endforeach()
    file(GENERATE OUTPUT ${source} CONTENT
"#include \"base/embed.h\"
${blobs}
const struct embed_file ${name}_files[] = {
${entries}};
const size_t ${name}_file_count = ${index};
")
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${paths}" GENERATED TRUE)
    target_sources(${target} PRIVATE ${source})
endfunction()

# tapbot_statements(target source file...)
# Embeds the SQL of each X.sql into the binary as `extern const char X_sql[]`, terminated by a NUL.
function(tapbot_statements target source)
    set(blobs "")
    foreach(file ${ARGN})
        get_filename_component(leaf ${file} NAME_WE)
        string(APPEND blobs "EMBED_BLOB(${leaf}_sql, \"${file}\");\n")
    endforeach()
    file(GENERATE OUTPUT ${source} CONTENT "#include \"base/embed.h\"\n${blobs}")
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${ARGN}" GENERATED TRUE)
    target_sources(${target} PRIVATE ${source})
endfunction()

# From services.tsv: TAPBOT_SERVICES is the list of names; tapbot_service() reads <name>_short and <name>_port.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/services.tsv)
file(STRINGS ${CMAKE_SOURCE_DIR}/services.tsv rows REGEX "^[a-z]")
foreach(row ${rows})
    string(REPLACE "\t" ";" row "${row}")
    list(GET row 0 name)
    list(GET row 1 ${name}_short)
    list(GET row 3 ${name}_port)
    list(APPEND TAPBOT_SERVICES ${name})
endforeach()

# tapbot_part(service part)
# services/<service>/<part>/: a separate domain in the service's process, built as the library tapbot_<part>. It has src/
# and schema/ like a service. Its migrations are <part>_schema in C, its openapi.yaml is merged into the service's, and
# it must not include files of the service's src/.
function(tapbot_part service part)
    set(folder ${CMAKE_SOURCE_DIR}/services/${service}/${part})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/src/*.c)
    file(GLOB_RECURSE statements CONFIGURE_DEPENDS ${folder}/src/*.sql)
    # In the order of their numbers.
    file(GLOB schema CONFIGURE_DEPENDS ${folder}/schema/*.sql)
    tapbot_library(tapbot_${part} SOURCES ${sources} LINKS tapbot_api m)
    target_include_directories(tapbot_${part} PUBLIC ${folder}/src ${CMAKE_SOURCE_DIR}/common)
    tapbot_embed(tapbot_${part} ${part}_schema ${schema})
    if(statements)
        tapbot_statements(tapbot_${part} ${CMAKE_BINARY_DIR}/services/${service}/${part}_statements.c ${statements})
    endif()
endfunction()

# tapbot_texts(target folder out)
# Writes the texts for people in folder/texts.tsv, and their values in folder/values.tsv, as out/texts/text_names.h and
# texts_table.c; refuses files with a mistake. A header, so it is written before anything is compiled or checked.
function(tapbot_texts target folder out)
    set(amenities ${CMAKE_SOURCE_DIR}/common/phrases/amenities.tsv)
    set(generators ${CMAKE_SOURCE_DIR}/cmake/texts_table.py ${CMAKE_SOURCE_DIR}/cmake/texts_rows.py)
    execute_process(
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/texts_table.py ${folder} ${amenities} ${out}/texts
        COMMAND_ERROR_IS_FATAL ANY)
    set_property(DIRECTORY APPEND PROPERTY
        CMAKE_CONFIGURE_DEPENDS ${folder}/texts.tsv ${folder}/values.tsv ${amenities} ${generators})
    target_sources(${target} PRIVATE ${out}/texts/texts_table.c)
    target_include_directories(${target} PUBLIC ${out})
endfunction()

# tapbot_remarks(target source out)
# Writes the words of remarks as out/remarks_table.c.
function(tapbot_remarks target source out)
    add_custom_command(
        OUTPUT ${out}/remarks_table.c
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/remarks_table.py ${source} ${out}/remarks_table.c
        DEPENDS ${source} ${CMAKE_SOURCE_DIR}/cmake/remarks_table.py ${CMAKE_SOURCE_DIR}/cmake/words_table.py
                ${CMAKE_SOURCE_DIR}/cmake/amenities_each.py)
    target_sources(${target} PRIVATE ${out}/remarks_table.c)
endfunction()

# tapbot_service(name)
# The service in services/<name>/ and services.tsv. Every src/**.c except main.c goes into a library (tapbot_<name>, with
# _ for -), so that tests can link the service's code. Its row of services.tsv is available in C as SERVICE_NAME,
# SERVICE_SCHEMA and SERVICE_PORT, and its files as <short>_openapi and, if present, <short>_schema (migrations); see
# "base/embed.h". A long statement may be a separate file, src/**/X.sql: see tapbot_statements(). texts/texts.tsv: see
# tapbot_texts(). words/remarks.tsv: see tapbot_remarks(). A subfolder with an openapi.yaml is a part: see tapbot_part().
function(tapbot_service name)
    set(folder ${CMAKE_SOURCE_DIR}/services/${name})
    set(out ${CMAKE_BINARY_DIR}/services/${name})
    set(short ${${name}_short})
    string(REPLACE "-" "_" library tapbot_${name})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/src/*.c)
    list(REMOVE_ITEM sources ${folder}/src/main.c)
    file(GLOB_RECURSE statements CONFIGURE_DEPENDS ${folder}/src/*.sql)
    # In the order of their numbers.
    file(GLOB schema CONFIGURE_DEPENDS ${folder}/schema/*.sql)
    file(GLOB parts RELATIVE ${folder} CONFIGURE_DEPENDS ${folder}/*/openapi.yaml)
    list(TRANSFORM parts REPLACE "/openapi.yaml$" "")
    set(contract ${CMAKE_SOURCE_DIR}/common/api/openapi.yaml ${folder}/openapi.yaml)
    foreach(part ${parts})
        tapbot_part(${name} ${part})
        list(APPEND contract ${folder}/${part}/openapi.yaml)
        list(APPEND part_libraries tapbot_${part})
    endforeach()
    add_custom_command(
        OUTPUT ${out}/openapi.json
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/openapi_json.py ${contract} ${out}/openapi.json
        DEPENDS ${contract} ${CMAKE_SOURCE_DIR}/cmake/openapi_json.py)
    tapbot_library(${library} SOURCES ${sources} LINKS ${part_libraries} tapbot_api tapbot_telegram)
    target_include_directories(${library} PUBLIC ${folder}/src ${CMAKE_SOURCE_DIR}/common)
    target_compile_definitions(${library} PUBLIC
        SERVICE_NAME="${name}" SERVICE_SCHEMA="${short}" SERVICE_PORT=${${name}_port})
    if(schema)
        tapbot_embed(${library} ${short}_schema ${schema})
    endif()
    if(EXISTS ${folder}/words/remarks.tsv)
        tapbot_remarks(${library} ${folder}/words/remarks.tsv ${out})
    endif()
    if(EXISTS ${folder}/texts/texts.tsv)
        tapbot_texts(${library} ${folder}/texts ${out})
    endif()
    tapbot_embed(${library} ${short}_openapi ${out}/openapi.json)
    if(statements)
        tapbot_statements(${library} ${out}/statements.c ${statements})
    endif()
    add_executable(${name} ${folder}/src/main.c)
    target_link_libraries(${name} PRIVATE ${library})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${out})
endfunction()

# tapbot_test_objects(result LINKS source...)
# Compiles sources shared by suites only once: every source except test_*.c becomes an object library, created by the first
# suite that lists it. `result` is the list of sources for add_executable().
function(tapbot_test_objects result links)
    set(sources "")
    foreach(source ${ARGN})
        if(source MATCHES "^test_[^/]*$")
            list(APPEND sources ${source})
            continue()
        endif()
        cmake_path(ABSOLUTE_PATH source NORMALIZE)
        cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE path)
        string(MAKE_C_IDENTIFIER ${path} target)
        if(NOT TARGET ${target})
            add_library(${target} OBJECT ${source})
            target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
            target_compile_options(${target} PRIVATE ${TAPBOT_TEST_OPTIONS})
            target_link_libraries(${target} PRIVATE ${links} PkgConfig::CHECK)
        endif()
        list(APPEND sources $<TARGET_OBJECTS:${target}>)
    endforeach()
    set(${result} ${sources} PARENT_SCOPE)
endfunction()

# Test functions do not run on a fiber's stack, so their frames may be larger.
set(TAPBOT_TEST_OPTIONS -Wno-unused-parameter -Wframe-larger-than=65536)

# tapbot_test(name LABELS l1 l2 SOURCES a.c LINKS lib [TIMEOUT seconds] [RUNNER script])
# One check suite is one ctest test. Its LABELS are unit or integration and the name of the module or service, selected as
# in `ctest -L '^http$'`; without the anchors, `api` would also match other labels. The suite's own name is a label too.
# TIMEOUT is for an idle machine; the limit is ten times as long. The longest tests start first, so that none of them runs
# alone at the end.
function(tapbot_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT;RUNNER" "LABELS;SOURCES;LINKS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 60)
    endif()
    tapbot_test_objects(sources "${ARG_LINKS}" ${ARG_SOURCES}
        ${CMAKE_SOURCE_DIR}/tests/support/failed_check.c ${CMAKE_SOURCE_DIR}/tests/support/test.c)
    add_executable(${name} ${sources})
    target_link_options(${name} PRIVATE -Wl,--wrap=_ck_assert_failed)
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_options(${name} PRIVATE ${TAPBOT_TEST_OPTIONS})
    target_link_libraries(${name} PRIVATE ${ARG_LINKS} PkgConfig::CHECK)
    add_test(NAME ${name} COMMAND ${ARG_RUNNER} $<TARGET_FILE:${name}>)
    math(EXPR limit "10 * ${ARG_TIMEOUT}")
    set_tests_properties(${name} PROPERTIES
        LABELS "${ARG_LABELS};${name}" TIMEOUT ${limit} COST ${ARG_TIMEOUT} ENVIRONMENT "CK_DEFAULT_TIMEOUT=${limit}")
endfunction()

# tapbot_one_by_one(resource test...): tests that share a resource, so only one of them runs at a time. They start before
# all others, because their durations add up.
function(tapbot_one_by_one resource)
    set_tests_properties(${ARGN} PROPERTIES RESOURCE_LOCK ${resource} COST 1000)
endfunction()
