// Scripts that no engine takes for templates.

#include "provisioner/front/platform/scripts_on_nodes.h"

#include <algorithm>
#include <atomic>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/engine_deadline.h"
#include "provisioner/front/cli/task_ends.h"

namespace provisioner::platform {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* task_name = "gate";
constexpr std::chrono::seconds connecting{20};
constexpr int longest_connect = 10;  // seconds

std::string playbook_of(const NodeScript& script) {
  Dict task{
      {"name", task_name},
      {"shell", Dict{{"cmd", "base64 -d | sh -s"}, {"stdin", base::base64_encode(script.script)}}},
      {"environment", Dict{{"NODE", "{{ inventory_hostname }}"}}},
      {"check_mode", false},
      {"changed_when", false},
      {"ignore_errors", true},
      {"timeout", static_cast<std::int64_t>(script.longest.count())}};
  const Dict play{{"hosts", List(script.nodes.begin(), script.nodes.end())},
                  {"gather_facts", false},
                  {"become", true},
                  {"ignore_unreachable", true},
                  {"tasks", List{Value(std::move(task))}}};
  return value::write_json(Value(List{Value(play)}));
}

}  // namespace

std::map<std::string, std::string> script_answers(const cli::RunWords& words,
                                                  const NodeScript& script) {
  auto options = cli::asking_options(words);
  options.timeout = std::min(options.timeout, longest_connect);
  std::atomic<int> stop{0};
  cli::TaskEnds ends;
  {
    const cli::EngineDeadline deadline(script.longest + connecting, stop);
    cli::ask_nodes(words, std::move(options), playbook_of(script), script.nodes, ends, stop);
  }
  std::map<std::string, std::string> answers;
  for (const std::string& node : script.nodes) {
    const store::Event* end = ends.of(node, task_name);
    const Value* result = end == nullptr ? nullptr : end->data.find("result");
    if (result != nullptr && value::integer_or(*result, "rc", 1) == 0)
      answers[node] = value::text_or(*result, "stdout", "");
  }
  return answers;
}

}  // namespace provisioner::platform
