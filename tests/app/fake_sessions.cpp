// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/fake_sessions.h"

namespace driftscope {

std::string sessionOf(const std::string& fields) {
    return R"({"schema":"driftscope/session/1")" + fields + "}";
}

namespace {

std::string deep(int levels) {
    return sessionOf(R"(,"x":)" + std::string(static_cast<std::size_t>(levels), '[') +
                     std::string(static_cast<std::size_t>(levels), ']'));
}

std::string manyRuns(int count) {
    std::string runs = "{}";
    for (int i = 1; i < count; ++i) runs += ",{}";
    return runs;
}

}  // namespace

std::vector<HostileSession> hostileSessions() {
    return {
        {"empty", "", "byte"},
        {"cut short", R"({"schema":"driftscope/ses)", "byte"},
        {"no object", "[1,2]", "the session"},
        {"a number", "7", "the session"},
        {"binary",
         std::string("\x7f"
                     "ELF\x02\x01\x00\x00",
                     8),
         "byte"},
        {"no UTF-8", sessionOf(",\"prompt\":\"\xff\xfe\""), "byte"},
        {"a number beyond all", sessionOf(R"(,"later":[-1e999])"), "a number is too large"},
        {"another schema", R"({"schema":"driftscope/compare/1"})", "schema"},
        {"no schema", "{}", "schema"},
        {"a newer schema", R"({"schema":"driftscope/session/2"})", "newer"},
        {"schema is a number", R"({"schema":1})", "schema"},
        {"models is a list", sessionOf(R"(,"models":["a"])"), "models"},
        {"model is a number", sessionOf(R"(,"models":{"a":3})"), "models.a"},
        {"zero in a path", sessionOf(R"(,"models":{"a":"x\u0000y"})"), "models.a"},
        {"prompt is an object", sessionOf(R"(,"prompt":{})"), "prompt"},
        {"tokens is a text", sessionOf(R"(,"tokens":"1,2")"), "tokens"},
        {"a token is negative", sessionOf(R"(,"tokens":[-1])"), "tokens"},
        {"a token is too large", sessionOf(R"(,"tokens":[2147483648])"), "tokens"},
        {"a token is 2^64-1", sessionOf(R"(,"tokens":[18446744073709551615])"), "tokens"},
        {"a token is a fraction", sessionOf(R"(,"tokens":[1.5])"), "tokens"},
        {"new tokens negative", sessionOf(R"(,"max_new_tokens":-4)"), "max_new_tokens"},
        {"new tokens huge", sessionOf(R"(,"max_new_tokens":1e300)"), "max_new_tokens"},
        {"judge is a text", sessionOf(R"(,"judge":"yes")"), "judge"},
        {"options is a list", sessionOf(R"(,"options":[])"), "options"},
        {"an unknown option", sessionOf(R"(,"options":{"a":{"dtipe":"float32"}})"),
         "options.a.dtipe"},
        {"a wrong value", sessionOf(R"(,"options":{"b":{"dtype":"int8"}})"), "options.b.dtype"},
        {"a value is a number", sessionOf(R"(,"options":{"b":{"rope.base":10000}})"),
         "options.b.rope.base"},
        {"an unknown defect", sessionOf(R"(,"options":{"b":{"defects":"D-NONE"}})"),
         "options.b.defects"},
        {"layer is a text", sessionOf(R"(,"selection":{"layer":"first"})"), "selection.layer"},
        {"layer below -1", sessionOf(R"(,"selection":{"layer":-2})"), "selection.layer"},
        {"an unknown site", sessionOf(R"(,"selection":{"site":"blocks.x.q"})"), "selection.site"},
        {"ui is a text", sessionOf(R"(,"ui":"AAAA")"), "ui"},
        {"numbers is a list", sessionOf(R"(,"numbers":[1])"), "numbers"},
        {"a stored loss is a text", sessionOf(R"(,"numbers":{"loss_a":"low"})"), "numbers.loss_a"},
        {"runs is an object", sessionOf(R"(,"runs":{})"), "runs"},
        {"a run is a number", sessionOf(R"(,"runs":[1])"), "runs[0]"},
        {"a run's name is a list", sessionOf(R"(,"runs":[{"name":[]}])"), "runs[0].name"},
        {"nested 100 deep", deep(100), "levels"},
        {"nested 1 000 000 deep", deep(1000000), "levels"},
        {"too large", sessionOf(R"(,"x":")" + std::string(17u << 20, 'a') + "\""), "16 MiB"},
        {"too many runs", sessionOf(R"(,"runs":[)" + manyRuns(1001) + "]"), "runs"},
    };
}

}  // namespace driftscope
