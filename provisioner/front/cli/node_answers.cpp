// One question to several nodes.

#include "provisioner/front/cli/node_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "provisioner/base/base/text.h"
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
constexpr int longest_connect = 10;  // seconds

Dict shell_of(const NodeQuestion& question) {
  if (!question.is_verbatim) return {{"cmd", std::string(question.script)}};
  return {{"cmd", "base64 -d | sh -s"}, {"stdin", base::base64_encode(question.script)}};
}

std::string asking_playbook(const std::vector<std::string>& nodes, const NodeQuestion& question) {
  Dict task{{"name", task_name},
            {"shell", shell_of(question)},
            {"environment", question.environment},
            {"check_mode", false},
            {"changed_when", false},
            {"ignore_errors", true},
            {"timeout", static_cast<std::int64_t>(question.longest.count())}};
  const Dict play{{"hosts", List(nodes.begin(), nodes.end())},
                  {"gather_facts", false},
                  {"become", true},
                  {"ignore_unreachable", true},
                  {"tasks", List{Value(std::move(task))}}};
  return value::write_json(Value(List{Value(play)}));
}

// What a person can act on is at the end of what it wrote, as sh does before it ends.
std::string why_silent(const std::string& node, const store::Event* end,
                       std::chrono::seconds longest) {
  const Value* result = end == nullptr ? nullptr : end->data.find("result");
  if (result == nullptr) return fmt::format("no answer within {} s", longest.count());
  std::string why = value::text_or(*result, "msg", "the question was not answered");
  if (why.starts_with(node + ": ")) why = why.substr(node.size() + 2);
  const std::string errors = value::text_or(*result, "stderr", "");
  const std::vector<std::string_view> lines = base::lines_of(base::trim(errors));
  if (!lines.empty()) why += ": " + std::string(lines.back());
  return why;
}

}  // namespace

NodeAnswers ask_each(const RunWords& words, run::Options options,
                     const std::vector<std::string>& nodes, const NodeQuestion& question) {
  options.timeout = std::min(options.timeout, longest_connect);
  std::atomic<int> stop{0};
  TaskEnds ends;
  {
    const EngineDeadline deadline(question.together, stop);
    ask_nodes(words, std::move(options), asking_playbook(nodes, question), nodes, ends, stop);
  }
  NodeAnswers answers;
  for (const std::string& node : nodes) {
    const store::Event* end = ends.of(node, task_name);
    const Value* result = end == nullptr ? nullptr : end->data.find("result");
    if (result != nullptr && value::integer_or(*result, "rc", 1) == 0)
      answers.said[node] = value::text_or(*result, "stdout", "");
    else
      answers.silent[node] = why_silent(node, end, question.together);
  }
  return answers;
}

NodeAnswers ask_each(const RunWords& words, const std::vector<std::string>& nodes,
                     const NodeQuestion& question) {
  return ask_each(words, asking_options(words), nodes, question);
}

std::string silence_text(const std::string& node, const std::string& why) {
  const std::string text = "'" + node + "' does not answer";
  return why.empty() ? text : text + ": " + base::escape_for_terminal(why);
}

std::map<std::string, std::string> node_answers(const RunWords& words,
                                                const std::vector<std::string>& nodes,
                                                const NodeQuestion& question) {
  return ask_each(words, nodes, question).said;
}

}  // namespace provisioner::cli
