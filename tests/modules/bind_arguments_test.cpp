#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/node/modules/convert.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

using value::Value;

const Spec& spec() {
  static const Spec example{
      .name = "example",
      .summary = "an example",
      .parameters = {{.name = "path", .type = Type::path, .required = true, .aliases = {"dest"}},
                     {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                     {.name = "count", .type = Type::integer},
                     {.name = "force", .type = Type::boolean, .fallback = "no"},
                     {.name = "names", .type = Type::list_of_text},
                     {.name = "options", .type = Type::dict},
                     {.name = "upgrade", .choices = {"no", "yes", "dist"}},
                     {.name = "before"},
                     {.name = "after"},
                     {.name = "password", .type = Type::integer, .secret = true}},
      .constraints = {.mutually_exclusive = {{"before", "after"}},
                      .required_together = {{"count", "names"}},
                      .required_if = {{"state", "absent", {"force", "before"}}}}};
  return example;
}

Value yaml(const std::string& text) {
  base::Diagnostics diagnostics;
  return value::read_yaml(base::register_source("site.yml", text), diagnostics);
}

std::string house_errors(const std::string& text, Templates templates = Templates::refused) {
  base::Diagnostics diagnostics;
  bind_arguments(spec(), yaml(text).dict(), templates, diagnostics, {});
  return diagnostics.render();
}

std::string run_time_failure(const std::string& text) {
  return bind_at_run_time(spec(), yaml(text).dict()).failure;
}

value::Dict bound(const std::string& text) {
  return bind_at_run_time(spec(), yaml(text).dict()).values;
}

std::string json(const Value* value) { return value ? value::write_json(*value) : "nothing"; }

TEST(BindArguments, BringsValuesToTheirTypes) {
  const value::Dict values = bound(
      "{dest: /x, force: 'Yes', count: ' 7 ', names: 'a,b', options: 'k=v, x=\"y z\"', upgrade: "
      "yes}");

  EXPECT_EQ(json(values.find("path")), "\"/x\"");
  EXPECT_EQ(json(values.find("force")), "true");
  EXPECT_EQ(json(values.find("count")), "7");
  EXPECT_EQ(json(values.find("names")), "[\"a\", \"b\"]");
  EXPECT_EQ(json(values.find("options")), "{\"k\": \"v\", \"x\": \"y z\"}");
  EXPECT_EQ(json(values.find("upgrade")), "\"yes\"");
  EXPECT_EQ(json(values.find("state")), "\"present\"");
  EXPECT_EQ(json(values.find("before")), "null");
}

TEST(BindArguments, IsTheSameASecondTime) {
  const value::Dict once = bound("{dest: /x, names: [1, two], count: 3, force: on}");

  const BoundArguments twice = bind_at_run_time(spec(), once);

  EXPECT_EQ(twice.failure, "");
  EXPECT_EQ(Value(once), Value(twice.values));
}

TEST(BindArguments, TellsOfAllThatIsWrongWithItsPlace) {
  EXPECT_EQ(house_errors("{sate: absent, count: many,\n force: maybe, state: gone}"),
            "site.yml:1:2: error: module 'example' has no option 'sate'\n"
            "    1 | {sate: absent, count: many,\n"
            "      |  ^\n"
            "hint: did you mean 'state'?\n"
            "\n"
            "site.yml:1:23: error: 'count' must be a whole number, not 'many'\n"
            "    1 | {sate: absent, count: many,\n"
            "      |                       ^\n"
            "\n"
            "site.yml:2:9: error: 'force' must be true or false, not 'maybe'\n"
            "    2 |  force: maybe, state: gone}\n"
            "      |         ^\n"
            "\n"
            "site.yml:2:23: error: 'state' cannot be 'gone', only 'absent' or 'present'\n"
            "    2 |  force: maybe, state: gone}\n"
            "      |                       ^\n"
            "\n"
            "error: module 'example' needs the option 'path'\n"
            "\n"
            "error: 'count' and 'names' must be given together\n"
            "\n"
            "6 errors");
}

TEST(BindArguments, DoesNotShowASecret) {
  EXPECT_EQ(house_errors("{path: /x, password: hunter2}"),
            "site.yml:1:22: error: 'password' must be a whole number, not what is given\n"
            "\n"
            "1 error");
}

TEST(BindArguments, DoesNotShowASecretBesideAMistake) {
  EXPECT_EQ(house_errors("{path: /x, count: many, names: [a], login_token: hunter2}"),
            "site.yml:1:19: error: 'count' must be a whole number, not 'many'\n"
            "    1 | {path: /x, count: many, names: [a], login_token: ********\n"
            "      |                   ^\n"
            "\n"
            "site.yml:1:37: error: module 'example' has no option 'login_token'\n"
            "    1 | {path: /x, count: many, names: [a], login_token: ********\n"
            "      |                                     ^\n"
            "\n"
            "2 errors");
}

TEST(BindArguments, LooksNotIntoTemplatesAtLoad) {
  EXPECT_EQ(
      house_errors(
          "{path: /x, count: '{{ n }}', state: '{{ s }}', force: '{{ f }}', names: ['{{ a }}']}",
          Templates::allowed),
      "");
}

TEST(BindArguments, WordsTheFirstMistakeAsAnsibleDoes) {
  const std::pair<const char*, const char*> rows[] = {
      {"{sate: 1, before: a, after: b}", "parameters are mutually exclusive: before|after"},
      {"{sate: 1, count: x}", "missing required arguments: path"},
      {"{path: /x, sate: 1, count: x}",
       "argument 'count' is of type <class 'str'> and we were unable to convert to int: <class "
       "'str'> cannot be "
       "converted to an int"},
      {"{path: /x, state: gone}", "value of state must be one of: absent, present, got: gone"},
      {"{path: /x, count: 1}", "parameters are required together: count, names"},
      {"{path: /x, state: absent, force: true}",
       "state is absent but all of the following are missing: before"},
  };
  for (const auto& [given, failure] : rows) EXPECT_EQ(run_time_failure(given), failure) << given;
}

TEST(BindArguments, TellsOfAnUnknownOptionLast) {
  EXPECT_THAT(
      run_time_failure("{path: /x, sate: 1}"),
      testing::StartsWith(
          "Unsupported parameters for (example) module: sate. Supported parameters include: "));
}

TEST(Convert, WritesAsPythonDoes) {
  EXPECT_EQ(python_text(yaml("[1, two, [it's], {a: null}, true, 1.5]")),
            "[1, 'two', [\"it's\"], {'a': None}, True, 1.5]");
}

TEST(Convert, ReadsSizes) {
  EXPECT_EQ(*convert(Value("1.5 MiB"), Type::bytes).value, Value(1572864));
  EXPECT_EQ(*convert(Value("512"), Type::bytes).value, Value(512));
  EXPECT_FALSE(convert(Value("much"), Type::bytes).value.has_value());
}

TEST(Registry, KnowsModulesByShortAndFullName) {
  EXPECT_EQ(find_module("copy"), find_module("ansible.builtin.copy"));
  EXPECT_NE(find_module("copy"), nullptr);
  EXPECT_EQ(find_module("community.general.copy"), nullptr);
}

TEST(Registry, HoldsDefaultsThatFitTheirTypes) {
  for (const Module* module : all_modules())
    for (const Parameter& parameter : parameters_of(module->spec)) {
      const bool is_structure =
          parameter.fallback.starts_with('[') || parameter.fallback.starts_with('{');
      if (parameter.fallback.empty() || is_structure) continue;
      EXPECT_TRUE(convert(Value(parameter.fallback), parameter.type).value.has_value())
          << module->spec.name << " " << parameter.name;
      const bool is_choice =
          parameter.choices.empty() || std::find(parameter.choices.begin(), parameter.choices.end(),
                                                 parameter.fallback) != parameter.choices.end();
      EXPECT_TRUE(is_choice) << module->spec.name << " " << parameter.name;
    }
}

}  // namespace
}  // namespace provisioner::modules
