// The one runner of tests/cases/modules/MODULE/*.yml: given node, arguments, expected verdict,
// result, diff, steps, node afterwards. tests/cases/modules/README.md describes the format.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/node/modules/convert.h"
#include "provisioner/node/modules/module.h"
#include "tests/modules/fake_programs.h"
#include "tests/support/describe_step.h"
#include "tests/support/fake_host.h"

namespace provisioner::modules {
namespace {

using support::FakeHost;
using value::Value;

struct Case {
  std::string module, file;
  Value body;
  std::string name() const { return value::text_or(body, "name", "?"); }
};

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  const std::string root = PROJECT_DIRECTORY "/tests/cases/modules";
  for (const std::string& module : os::entries(root)) {
    if (!os::is_directory(root + "/" + module)) continue;
    for (const std::string& file : os::entries(root + "/" + module)) {
      const std::string path = root + "/" + module + "/" + file;
      base::Diagnostics diagnostics;
      const Value cases_of_file =
          value::read_yaml(base::register_source(path, os::require_file(path)), diagnostics);
      for (const Value& body : cases_of_file.list()) cases.push_back({module, path, body});
    }
  }
  return cases;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = read_cases();
  return all;
}

std::string_view name_of(wire::Verdict verdict) {
  constexpr std::string_view names[] = {"same",    "differs", "will_run", "read",
                                        "unknown", "failed",  "skipped"};
  return names[static_cast<std::size_t>(verdict)];
}

const Value& member(const Case& item, std::string_view key) {
  static const Value none;
  const Value* found = item.body.find(key);
  return found ? *found : none;
}

FakeHost host_of(const Case& item) {
  FakeHost host;
  add_fake_programs(host);
  support::set_up(host, member(item, "node"));
  return host;
}

std::string sorted_json(const Value& value) {
  value::JsonStyle style;
  style.sort_keys = true;
  return value::write_json(value, style);
}

// Every key that is expected is there and equal; none means that the key is not there.
void expect_holds(const value::Dict& actual, const Value& expected, const std::string& what) {
  if (!expected.is_dict()) return;
  const std::string shown = what + " is " + value::write_json(Value(actual));
  for (const auto& [key, wanted] : expected.dict()) {
    const Value* found = actual.find(key);
    if (wanted.is_none()) {
      EXPECT_TRUE(found == nullptr || found->is_none())
          << key.text() << " should not be there; " << shown;
    } else if (found == nullptr) {
      ADD_FAILURE() << key.text() << " is missing; " << shown;
    } else {
      EXPECT_EQ(sorted_json(*found), sorted_json(wanted)) << key.text() << "; " << shown;
    }
  }
}

// The properties a case may name of a path, as text.
std::map<std::string, std::string> properties_of(const FakeHost& host, const std::string& path) {
  const host::FileStatus status = host.status(path, host::Follow::no).value();
  std::map<std::string, std::string> properties;
  properties["mode"] = fmt::format("{:04o}", status.mode);
  properties["owner"] = host.account(status.uid).value().name;
  properties["group"] = host.group(status.gid).value().name;
  properties["directory"] = status.type == host::FileType::directory ? "True" : "False";
  properties["link"] = host.link_target(path).value_or("");
  if (status.type == host::FileType::file)
    properties["content"] = host.read_file(path, SIZE_MAX).value();
  return properties;
}

void expect_file(const FakeHost& host, const std::string& path, const Value& expected) {
  const bool is_there = host.status(path, host::Follow::no).has_value();
  const bool is_wanted = !expected.is_string() || expected.text() != "absent";
  ASSERT_EQ(is_there, is_wanted) << path;
  if (!is_there) return;
  auto properties = properties_of(host, path);
  const value::Dict wanted =
      expected.is_dict() ? expected.dict() : value::Dict{{"content", expected}};
  for (const auto& [key, text] : wanted) {
    EXPECT_EQ(properties[key.text()], python_text(text)) << key.text() << " of " << path;
  }
}

void expect_after(const FakeHost& host, const Value& after) {
  const Value* files = after.find("files");
  const Value* lines = after.find("state");
  for (const auto& [path, expected] : files ? files->dict() : value::Dict())
    expect_file(host, path.text(), expected);
  for (const Value& line : lines ? lines->list() : value::List()) {
    EXPECT_THAT(host.state(), testing::Contains(line.text()));
  }
}

void expect_steps(const wire::Plan& plan, const Value& expected) {
  if (!expected.is_list()) return;
  std::vector<std::string> steps, wanted;
  for (const wire::Step& step : plan.steps) steps.push_back(support::describe(step));
  for (const Value& line : expected.list()) wanted.push_back(line.text());
  EXPECT_EQ(steps, wanted);
}

class ModuleCase : public testing::TestWithParam<std::size_t> {};

TEST_P(ModuleCase, HoldsOnAFakeNode) {
  const Case& item = cases().at(GetParam());
  SCOPED_TRACE(item.file + ": " + item.name());
  const Module* module = find_module(item.module);
  ASSERT_NE(module, nullptr) << "there is no module " << item.module;
  const Value& arguments = member(item, "arguments");
  FakeHost host = host_of(item);
  const auto untouched = host.state();

  const wire::Plan plan = check_module(*module, host, arguments);
  EXPECT_EQ(name_of(plan.verdict),
            value::text_or(item.body, "verdict", std::string(name_of(plan.verdict))));
  expect_steps(plan, member(item, "steps"));

  const wire::Outcome predicted = run_module(*module, host, arguments, true);
  expect_holds(predicted.result, member(item, "check_result"), "the result of check mode");
  EXPECT_EQ(host.state(), untouched) << "check mode changed the node";

  const wire::Outcome outcome = run_module(*module, host, arguments, false);
  expect_holds(outcome.result, member(item, "result"), "the result");
  if (const Value* diff = item.body.find("diff")) {
    const Value* actual = outcome.result.find("diff");
    EXPECT_EQ(sorted_json(actual ? *actual : Value()), sorted_json(*diff));
  }
  expect_after(host, member(item, "after"));
  if (outcome.ending == wire::Ending::failed) {
    EXPECT_TRUE(value::boolean_or(member(item, "result"), "failed", false))
        << "it failed: " << value::write_json(Value(outcome.result));
    return;
  }
  if (module->spec.kind == ModuleKind::state &&
      !value::boolean_or(item.body, "changes_again", false)) {
    const wire::Plan again = check_module(*module, host, arguments);
    EXPECT_EQ(name_of(again.verdict), "same")
        << "a second run would change something: " << value::write_json(Value(again.result));
    EXPECT_THAT(again.steps, testing::IsEmpty());
  }
}

std::string test_name(const testing::TestParamInfo<std::size_t>& parameter) {
  const Case& item = cases().at(parameter.param);
  std::string name = item.module + "_";
  for (char c : item.name()) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name + "_" + std::to_string(parameter.param);
}

INSTANTIATE_TEST_SUITE_P(Modules, ModuleCase, testing::Range<std::size_t>(0, cases().size()),
                         test_name);

}  // namespace
}  // namespace provisioner::modules
