// Evaluates templates for the comparison with ansible-core: a JSON object a line in ({"template",
// "variables", "mode"}), one out ({"value"} or {"error"}).

#include <cstdlib>
#include <iostream>
#include <string>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/jinja/templar.h"
#include "tests/support/plain_scope.h"
#include "tests/support/plain_surroundings.h"

using namespace provisioner;
using value::Value;

namespace {

// With the controller's own environment and shell, as Ansible's lookups have them.
class Controller : public tests::PlainSurroundings {
 public:
  using PlainSurroundings::PlainSurroundings;
  std::optional<std::string> environment(const std::string& name) const override {
    const char* text = std::getenv(name.c_str());
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
  }
  std::string run_pipe(const std::string& command) const override {
    os::Command shell;
    shell.argv = {"/bin/sh", "-c", command};
    std::string out = os::run_checked(shell);
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }
};

jinja::FileStyle style_of(const Value& input) {
  jinja::FileStyle style;
  const Value* given = input.find("style");
  if (given == nullptr) return style;
  style.trim_blocks = value::boolean_or(*given, "trim_blocks", style.trim_blocks);
  style.lstrip_blocks = value::boolean_or(*given, "lstrip_blocks", style.lstrip_blocks);
  style.newline = value::text_or(*given, "newline_sequence", style.newline);
  return style;
}

Value answer(const jinja::Templar& templar, const Value& input) {
  tests::PlainScope scope(*input.find("variables"), templar);
  const Value text = *input.find("template");
  const std::string mode = value::text_or(input, "mode", "resolve");
  if (mode == "condition") return Value(templar.condition(text, scope));
  if (mode == "render") return Value(templar.render(text.text(), {}, scope, style_of(input)));
  return templar.resolve(text, scope);
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const Value input = value::read_json(line, "<stdin>", true);
    const Controller surroundings({value::text_or(input, "folder", ".")});
    const jinja::Templar templar(surroundings);
    value::Dict result;
    try {
      result.set("value", answer(templar, input));
    } catch (const base::Error& error) {
      result.set("error", error.message());
    } catch (const std::exception& error) {
      result.set("crash", error.what());
    }
    std::cout << value::write_json(Value(result)) << std::endl;
  }
}
