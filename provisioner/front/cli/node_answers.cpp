// One question to several nodes.

#include "provisioner/front/cli/node_answers.h"

#include <atomic>

#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/engine_deadline.h"
#include "provisioner/front/cli/task_ends.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* task_name = "answer";
constexpr std::chrono::seconds longest_answer{90};
constexpr int longest_connect = 10, longest_script = 70;  // seconds

}  // namespace

std::map<std::string, std::string> node_answers(const RunWords& words,
                                                const std::vector<std::string>& nodes,
                                                const std::string& script) {
  const Dict task{{"name", task_name},     {"shell", script},       {"check_mode", false},
                  {"changed_when", false}, {"ignore_errors", true}, {"timeout", longest_script}};
  const Dict play{{"hosts", List(nodes.begin(), nodes.end())},
                  {"gather_facts", false},
                  {"become", true},
                  {"ignore_unreachable", true},
                  {"tasks", List{Value(task)}}};
  run::Options options = asking_options(words);
  options.timeout = std::min(options.timeout, longest_connect);
  std::atomic<int> stop{0};
  TaskEnds ends;
  {
    const EngineDeadline deadline(longest_answer, stop);
    ask_nodes(words, std::move(options), value::write_json(Value(List{Value(play)})), nodes, ends,
              stop);
  }
  std::map<std::string, std::string> answers;
  for (const std::string& node : nodes) {
    const store::Event* end = ends.of(node, task_name);
    const Value* result = end == nullptr ? nullptr : end->data.find("result");
    if (result != nullptr && value::integer_or(*result, "rc", 1) == 0)
      answers[node] = value::text_or(*result, "stdout", "");
  }
  return answers;
}

}  // namespace provisioner::cli
