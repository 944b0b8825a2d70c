#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"
#include "tests/action/act.h"

namespace provisioner::action {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using value::Dict;
using value::List;
using value::Value;

std::string json(const Result& result) {
  value::JsonStyle style;
  style.sort_keys = true;
  return value::write_json(Value(result.outcome.result), style);
}

struct Said {
  const char* name;
  const char* module;
  Dict arguments;
  std::string result;
};

class ControllerAction : public testing::TestWithParam<Said> {};

TEST_P(ControllerAction, GivesAnsiblesResult) {
  Act act;
  act.scope.variables = {{"x", 5}, {"l", List{1, 2}}};
  const Result result = act.run(GetParam().module, GetParam().arguments);
  EXPECT_EQ(json(result), GetParam().result);
  EXPECT_THAT(act.asked, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ControllerAction,
    testing::Values(
        Said{"DebugSaysHello",
             "debug",
             {},
             R"({"_ansible_verbose_always": true, "changed": false, "msg": "Hello world!"})"},
        Said{"DebugShowsAList",
             "debug",
             {{"msg", List{1, 2}}},
             R"({"_ansible_verbose_always": true, "changed": false, "msg": [1, 2]})"},
        Said{"DebugShowsAVariable",
             "debug",
             {{"var", "l"}},
             R"({"_ansible_verbose_always": true, "changed": false, "l": [1, 2]})"},
        Said{
            "DebugKnowsWhatIsNotDefined",
            "debug",
            {{"var", "nope"}},
            R"({"_ansible_verbose_always": true, "changed": false, "nope": "VARIABLE IS NOT DEFINED!"})"},
        Said{
            "DebugMindsVerbosity",
            "debug",
            {{"msg", "x"}, {"verbosity", 2}},
            R"({"changed": false, "skipped": true, "skipped_reason": "Verbosity threshold not met."})"},
        Said{
            "DebugRefusesBoth",
            "debug",
            {{"msg", "x"}, {"var", "y"}},
            R"({"changed": false, "failed": true, "msg": "'msg' and 'var' are incompatible options"})"},
        Said{"FailFails",
             "fail",
             {},
             R"({"changed": false, "failed": true, "msg": "Failed as requested from task"})"},
        Said{"FailSaysWhy",
             "fail",
             {{"msg", "bad"}},
             R"({"changed": false, "failed": true, "msg": "bad"})"},
        Said{"SetFactReadsBooleanWords",
             "set_fact",
             {{"a", "yes"}, {"b", "No"}, {"c", "1"}},
             R"({"ansible_facts": {"a": true, "b": false, "c": "1"}, "changed": false})"},
        Said{
            "SetFactRefusesNothing",
            "set_fact",
            {},
            R"({"changed": false, "failed": true, "msg": "No key/value pairs provided, at least one is required for )"
            R"(this action to succeed"})"},
        Said{
            "SetFactRefusesABadName",
            "set_fact",
            {{"1a", 1}},
            R"({"changed": false, "failed": true, "msg": "The variable name '1a' is not valid. Variables must start )"
            R"(with a letter or underscore character, and contain only letters, numbers and underscores."})"},
        Said{
            "SetStats",
            "set_stats",
            {{"data", Dict{{"a", 1}}}},
            R"({"ansible_stats": {"aggregate": true, "data": {"a": 1}, "per_host": false}, "changed": false})"},
        Said{"GroupBy",
             "group_by",
             {{"key", "a b"}, {"parents", List{"p", "q r"}}},
             R"({"add_group": "a-b", "changed": true, "parent_groups": ["p", "q-r"]})"},
        Said{"GroupByIsBelowAll",
             "group_by",
             {{"key", "g_5"}},
             R"({"add_group": "g_5", "changed": true, "parent_groups": ["all"]})"},
        Said{
            "AddHostTakesTextGroups",
            "add_host",
            {{"name", "new"}, {"groups", "a, b"}, {"foo", "1"}},
            R"({"add_host": {"groups": ["a", "b"], "host_name": "new", "host_vars": {"foo": "1"}}, "changed": true})"},
        Said{
            "AddHostReadsAPort",
            "add_host",
            {{"hostname", "n2:22"}, {"groups", List{"c"}}},
            R"({"add_host": {"groups": ["c"], "host_name": "n2", "host_vars": {"ansible_ssh_port": 22}}, )"
            R"("changed": true})"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(SetFact, HandsTheFactsToTheRun) {
  Act act;
  const Result result = act.run("set_fact", {{"a", 1}, {"cacheable", true}});
  EXPECT_TRUE(result.effects.facts_are_set);
  EXPECT_TRUE(result.effects.facts_cacheable);
  EXPECT_EQ(Value(result.effects.facts), Value(Dict{{"a", 1}}));
}

TEST(Pause, WaitsWithoutAnybodyAtAKeyboard) {
  Act act;
  const Result result = act.run("pause", {{"minutes", 2}});
  EXPECT_THAT(act.asked, ElementsAre("pause:120000"));
  EXPECT_EQ(value::integer_or(Value(result.outcome.result), "delta", 0), 120);
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "stdout", ""), "Paused for 2.0 minutes");
}

// What ansible-core 2.14 answers for the same variables.
TEST(ValidateArgumentSpec, CollectsAllThatIsWrong) {
  Act act;
  act.scope.variables =
      value::read_json(R"({"num": "abc", "pick": "c", "picks": ["a", "z"], "nums": [1, "q"],
      "sub": {"deep": "y"}, "subs": [{}, {"name": 1, "zz": 1}]})")
          .dict();
  const Value options = value::read_json(R"({
      "req": {"required": true}, "req2": {"required": true}, "num": {"type": "int", "required": true},
      "flag": {"type": "bool", "default": true}, "pick": {"choices": ["a", "b"]},
      "picks": {"type": "list", "elements": "str", "choices": ["a", "b"]},
      "nums": {"type": "list", "elements": "int"},
      "sub": {"type": "dict", "options": {"inner": {"type": "int", "required": true}, "deep": {"choices": ["x"]}}},
      "subs": {"type": "list", "elements": "dict", "options": {"name": {"required": true}}}})");
  const Result result = act.run("validate_argument_spec", {{"argument_spec", options}});
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "msg", ""),
            "Validation of arguments failed:\n"
            "missing required arguments: req, req2\n"
            "argument 'num' is of type <class 'str'> and we were unable to convert to int: <class "
            "'str'> cannot be "
            "converted to an int\n"
            "Elements value for option 'nums' is of type <class 'str'> and we were unable to "
            "convert to int: <class "
            "'str'> cannot be converted to an int\n"
            "value of pick must be one of: a, b, got: c\n"
            "value of picks must be one or more of: a, b. Got no match for: z\n"
            "missing required arguments: inner found in sub\n"
            "value of deep must be one of: x, got: y found in sub\n"
            "missing required arguments: name found in subs\n"
            "subs.zz. Supported parameters include: name.");
}

TEST(ValidateArgumentSpec, TakesWhatFits) {
  Act act;
  act.scope.variables = {{"num", "5"}};
  const Result result =
      act.run("validate_argument_spec",
              {{"argument_spec", Dict{{"num", Dict{{"type", "int"}, {"required", true}}}}}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::ok);
}

class IncludeVars : public testing::Test {
 protected:
  IncludeVars() { act.folders = {controller.path()}; }
  void write(const std::string& name, const std::string& text) {
    const std::string path = os::join_path(controller.path(), name);
    os::make_directories(os::parent_of(path));
    os::write_file(path, text);
  }
  os::TemporaryDirectory controller;
  Act act;
};

TEST_F(IncludeVars, ReadsAFileOfTheVarsFolder) {
  write("vars/more.yml", "a: 1\nb: '{{ a }}'\n");
  const Result result = act.run("include_vars", {{"file", "more.yml"}});
  EXPECT_EQ(Value(result.effects.included_variables), Value(Dict{{"a", 1}, {"b", "{{ a }}"}}));
}

TEST_F(IncludeVars, PutsAllUnderAName) {
  write("vars/more.yml", "a: 1\n");
  const Result result = act.run("include_vars", {{"file", "more.yml"}, {"name", "n"}});
  EXPECT_EQ(Value(result.effects.included_variables), Value(Dict{{"n", Dict{{"a", 1}}}}));
}

TEST_F(IncludeVars, ReadsADirectoryInOrder) {
  write("vd/a.yml", "k: 1\n");
  write("vd/b.json", "{\"k\": 2}");
  write("vd/c.bak.yml", "k: 3\n");
  const Result result = act.run(
      "include_vars", {{"dir", controller.path() + "/vd"}, {"ignore_files", List{"bak.yml"}}});
  EXPECT_EQ(Value(result.effects.included_variables), Value(Dict{{"k", 2}}));
}

TEST_F(IncludeVars, RefusesAList) {
  write("vars/more.yml", "[1]\n");
  EXPECT_THAT([&] { act.run("include_vars", {{"file", "more.yml"}}); },
              testing::ThrowsMessage<base::Error>(testing::HasSubstr("more.yml")));
}

}  // namespace
}  // namespace provisioner::action
