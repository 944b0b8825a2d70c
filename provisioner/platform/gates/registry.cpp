// C-10: the way of an image from CI to nodes.

#include "provisioner/platform/gates/registry.h"

#include <set>

#include "provisioner/base/base/text.h"

namespace provisioner::gates {
namespace {

constexpr const char* accounts_hint =
    "provisioner registry robots list; `provisioner run playbooks/site.yml` sets the accounts";

void judge_refusal(const RegistryAnswers::Refusal& refusal, const std::string& where,
                   std::vector<Line>& lines) {
  if (refusal)
    lines.push_back(right("a robot of CI is refused at " + where));
  else
    lines.push_back(wrong(
        "a robot of CI at " + where,
        "a robot of CI may push to " + where + ": images come to nodes that nobody has looked into",
        accounts_hint));
}

void judge_promotion(const RegistryAnswers& answers, std::vector<Line>& lines) {
  if (answers.promoted) {
    lines.push_back(wrong("promotion", "an image is not promoted to vetted/: " + *answers.promoted,
                          "provisioner registry status"));
    return;
  }
  if (answers.read)
    lines.push_back(wrong("promotion",
                          "what was promoted to vetted/ nodes cannot read: " + *answers.read,
                          "provisioner registry status"));
  else
    lines.push_back(right("an image is promoted to vetted/, where nodes read it"));
  if (answers.is_signed)
    lines.push_back(right("signed by the site's key"));
  else
    lines.push_back(wrong("signature",
                          "what was promoted to vetted/ has no signature of the site's",
                          "provisioner registry key"));
}

}  // namespace

std::vector<Line> lines_of(const RegistryAnswers& answers, const std::string& place) {
  std::vector<Line> lines;
  judge_refusal(answers.beside, "vetted/ of what comes in", lines);
  judge_refusal(answers.to_own, "vetted/ of " + place, lines);
  if (answers.pushed) {
    lines.push_back(wrong("a robot of CI",
                          "a robot of CI cannot push to incoming/: " + *answers.pushed,
                          accounts_hint));
    return lines;
  }
  lines.push_back(right("a robot of CI pushes to incoming/"));
  judge_promotion(answers, lines);
  return lines;
}

std::vector<std::string> nodes_in_log(const std::map<std::string, std::string>& said) {
  std::set<std::string> clients;
  const auto of_word = [](const std::string& text, std::string_view word, const auto& take) {
    for (const std::string_view line : base::lines_of(text))
      if (line.starts_with(word)) take(std::string(line.substr(word.size())));
  };
  std::set<std::string> seen;
  for (const auto& [node, text] : said)
    of_word(text, "client ", [&](const std::string& client) {
      // The registry's own node comes to itself by whatever way.
      if (client.starts_with("127.") || client == "::1") seen.insert(node);
      clients.insert(client);
    });
  for (const auto& [node, text] : said)
    of_word(text, "address ", [&](const std::string& address) {
      if (clients.contains(address)) seen.insert(node);
    });
  return {seen.begin(), seen.end()};
}

}  // namespace provisioner::gates
