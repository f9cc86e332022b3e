# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom (design §3): cmake -DSOURCE_DIR=<tree> -P tst_layering.cmake
# First proves on planted lines that it sees a violation, then checks the tree.
cmake_minimum_required(VERSION 3.25)

# folder or file | own headers it may include | system headers it may not include.
# The first row that fits a file counts. The last column is a regular expression.
set(torch "(torch|ATen|c10|caffe2)/")
set(qt "(Q[A-Z]|Qt|q[a-z]+\\.h)")  # <QWidget>, <QtGui/...>, <qglobal.h>, <qcustomplot.h>
set(files "(nlohmann/|pcre2|sentencepiece|CLI/)")
set(vocabulary "core/(data|options)/")
set(table
    "core/(data|options)/ | ${vocabulary} | .*[./].*|${qt}"
    "core/(engine|files)\\.h | ${vocabulary} | ${torch}|${qt}|${files}"
    "core/(checkpoint|tokenizer|model)/ | core/(data|options|checkpoint|tokenizer|model)/|core/files\\.h | ${torch}|${qt}"
    "core/ | core/ | ${qt}"
    "ui/ | ui/|${vocabulary} | ${torch}|${files}"
    "app/ | app/|ui/|core/(engine|files)\\.h|${vocabulary} | ${torch}|sentencepiece|pcre2"
    "tests/fuzz/ | core/|app/|tests/ | ${qt}"
    "tests/core/ | core/|tests/(core|support)/ | qcustomplot"
    "tests/ui/ | ui/|${vocabulary}|tests/(ui|support)/ | ${torch}"
    "tests/app/ | app/|ui/|core/|tests/ | ${torch}"
    "tests/ | core/|ui/|app/|tests/ | -")

# Sets `out` to what is wrong with the include lines `lines` of file `path`.
function(find_violations out path lines)
    set(wrong "")
    set(own "-")
    foreach(row IN LISTS table)
        string(REPLACE " | " ";" row "${row}")
        list(GET row 0 place)
        if(path MATCHES "^${place}")
            list(GET row 1 own)
            list(GET row 2 system)
            break()
        endif()
    endforeach()
    if(own STREQUAL "-")
        set(${out} "${path}: no row of the table covers it" PARENT_SCOPE)
        return()
    endif()
    get_filename_component(folder "${path}" DIRECTORY)
    set(sees_torch FALSE)
    set(sees_plot FALSE)
    foreach(line IN LISTS lines)
        if(NOT line MATCHES "^[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"]+)[>\"]")
            continue()
        endif()
        set(quote "${CMAKE_MATCH_1}")
        set(header "${CMAKE_MATCH_2}")
        if(header MATCHES "^${torch}")
            set(sees_torch TRUE)
        elseif(header MATCHES "qcustomplot")
            set(sees_plot TRUE)
        endif()
        if(header MATCHES "\\.\\./")
            list(APPEND wrong "${path}: ${header}: write the path from the top of the tree")
        elseif(header MATCHES "^(app|core|ui|tests)/" OR quote STREQUAL "\"")
            if(NOT header MATCHES "/" AND NOT header MATCHES "^${qt}")
                set(header "${folder}/${header}")  # a neighbour, or made by moc in the build folder
            endif()
            if(header MATCHES "^(app|core|ui|tests)/" AND NOT header MATCHES "^(${own})")
                list(APPEND wrong "${path} may not include ${header}")
            elseif(NOT header MATCHES "^(app|core|ui|tests)/" AND header MATCHES "^(${system})")
                list(APPEND wrong "${path} may not include ${header}")
            endif()
        elseif(header MATCHES "^(${system})")
            list(APPEND wrong "${path} may not include ${header}")
        endif()
    endforeach()
    if(sees_torch AND sees_plot)
        list(APPEND wrong "${path} includes both torch and qcustomplot.h")
    endif()
    set(${out} "${wrong}" PARENT_SCOPE)
endfunction()

function(self_test)
    # path, include line: each must be refused
    foreach(planted IN ITEMS
            "core/data/a.h|#include <torch/torch.h>" "core/data/a.h|#include <nlohmann/json.hpp>"
            "core/data/a.h|#include \"core/model/config.h\"" "core/options/a.cpp|#include <QString>"
            "core/engine.h|#include <torch/types.h>" "core/engine.h|#include \"core/run/run.h\""
            "core/model/a.cpp|#include <ATen/ATen.h>" "core/tokenizer/a.cpp|#  include <QtCore/QFile>"
            "core/checkpoint/a.h|#include \"core/nn/rope.h\"" "core/nn/a.cpp|#include <qglobal.h>"
            "core/run/a.cpp|#include \"ui/view.h\"" "core/run/a.cpp|#include \"app/session.h\""
            "ui/a.cpp|#include <c10/core/Device.h>" "ui/views/a.cpp|#include \"core/engine.h\""
            "ui/a.cpp|#include \"app/session.h\"" "ui/a.cpp|#include \"core/compare/compare.h\""
            "app/a.cpp|#include <torch/torch.h>" "app/a.cpp|#include \"core/model/config.h\""
            "app/a.cpp|#include \"../core/engine.h\"" "app/a.cpp|#include \"tests/support/a.h\""
            "tests/a.cpp|#include <torch/torch.h>;#include <qcustomplot.h>"
            "tests/ui/a.cpp|#include \"core/engine.h\"" "elsewhere/a.cpp|#include <vector>")
        string(FIND "${planted}" "|" at)
        string(SUBSTRING "${planted}" 0 ${at} path)
        math(EXPR at "${at} + 1")
        string(SUBSTRING "${planted}" ${at} -1 lines)
        find_violations(wrong "${path}" "${lines}")
        if(NOT wrong)
            message(SEND_ERROR "self-test: not refused: ${path}: ${lines}")
        endif()
    endforeach()
    foreach(path IN ITEMS core/data/a.h core/engine.h core/nn/a.cpp ui/a.cpp app/a.cpp tests/app/a.cpp)
        find_violations(wrong "${path}" "#include <vector>;#include \"core/data/error.h\"")
        if(wrong)
            message(SEND_ERROR "self-test: refused: ${wrong}")
        endif()
    endforeach()
    find_violations(wrong "ui/a.cpp" "#include <QWidget>;#include <qcustomplot.h>;#include \"ui/a.h\"")
    if(wrong)
        message(SEND_ERROR "self-test: refused: ${wrong}")
    endif()
endfunction()

self_test()
if(NOT SOURCE_DIR)
    get_filename_component(SOURCE_DIR "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
endif()
set(sources "")
foreach(folder app core ui tests)
    file(GLOB_RECURSE found RELATIVE "${SOURCE_DIR}"
        "${SOURCE_DIR}/${folder}/*.h" "${SOURCE_DIR}/${folder}/*.hpp" "${SOURCE_DIR}/${folder}/*.cpp")
    list(APPEND sources ${found})
endforeach()
set(wrong "")
foreach(path IN LISTS sources)
    file(STRINGS "${SOURCE_DIR}/${path}" lines REGEX "^[ \t]*#[ \t]*include")
    find_violations(found "${path}" "${lines}")
    list(APPEND wrong ${found})
endforeach()
list(LENGTH sources count)
if(count EQUAL 0)
    message(SEND_ERROR "no source files under ${SOURCE_DIR}")
endif()
foreach(line IN LISTS wrong)
    message(SEND_ERROR "${line}")
endforeach()
if(NOT wrong)
    message(STATUS "${count} files keep the include rule")
endif()
