// Evaluates templates for the comparison with ansible-core: a JSON object a line in ({"template",
// "variables", "mode"}), one out ({"value"} or {"error"}).

#include <cstdlib>
#include <iostream>
#include <string>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/jinja/templar.h"
#include "tests/support/plain_surroundings.h"

using namespace provisioner;
using value::Value;

namespace {

class Variables : public jinja::Scope {
 public:
  Variables(Value variables, const jinja::Templar& templar)
      : variables_(std::move(variables)), templar_(templar) {}

  std::optional<Value> variable(const std::string& name) override {
    const Value* found = raw(name);
    if (found == nullptr) return std::nullopt;
    if (++depth_ > 50) throw base::Error(base::Kind::input, "recursive loop detected");
    const Value resolved = templar_.resolve(*found, *this);
    --depth_;
    return resolved;
  }
  const Value* raw(const std::string& name) override { return variables_.find(name); }
  std::vector<std::string> names() override {
    std::vector<std::string> all;
    for (const auto& [key, unused] : variables_.dict()) all.push_back(value::Dict::key_text(key));
    return all;
  }
  std::optional<Value> host_variable(const std::string&, const std::string&) override {
    return std::nullopt;
  }
  std::vector<std::string> host_names() override { return {}; }
  std::vector<std::string> host_variable_names(const std::string&) override { return {}; }

 private:
  Value variables_;
  const jinja::Templar& templar_;
  int depth_ = 0;
};

// With the controller's own environment and shell, as Ansible's lookups have them.
class Controller : public tests::PlainSurroundings {
 public:
  std::optional<std::string> environment(const std::string& name) const override {
    const char* text = std::getenv(name.c_str());
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
  }
  std::string run_pipe(const std::string& command) const override {
    os::Command shell;
    shell.argv = {"/bin/sh", "-c", command};
    return std::string(base::trim(os::run_checked(shell)));
  }
};

}  // namespace

int main() {
  const Controller surroundings;
  const jinja::Templar templar(surroundings);
  for (std::string line; std::getline(std::cin, line);) {
    const Value input = value::read_json(line, "<stdin>", true);
    Variables scope(*input.find("variables"), templar);
    value::Dict answer;
    try {
      const Value text = *input.find("template");
      const std::string mode = value::text_or(input, "mode", "resolve");
      if (mode == "condition")
        answer.set("value", templar.condition(text, scope));
      else if (mode == "render")
        answer.set("value", templar.render(text.text(), {}, scope));
      else
        answer.set("value", templar.resolve(text, scope));
    } catch (const base::Error& error) {
      answer.set("error", error.message());
    } catch (const std::exception& error) {
      answer.set("crash", error.what());
    }
    std::cout << value::write_json(Value(answer)) << std::endl;
  }
}
