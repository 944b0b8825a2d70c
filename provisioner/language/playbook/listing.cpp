// What --list-hosts, --list-tasks and --list-tags show.

#include "provisioner/language/playbook/listing.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/tags.h"

namespace provisioner::playbook {
namespace {

using Tags = std::set<std::string>;

std::string in_brackets(const Tags& tags, std::string_view separator) {
  return "[" + base::join({tags.begin(), tags.end()}, separator) + "]";
}

// Python's repr of a list of texts.
std::string python_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
    quoted.push_back(quote + text + quote);
  }
  return "[" + base::join(quoted, ", ") + "]";
}

class PlayListing {
 public:
  PlayListing(const Play& play, const Listing& options) : play_(play), options_(options) {}

  std::string text(std::size_t number) {
    const value::Value resolved = shown(play_.hosts), name = shown(value::Value(play_.name));
    const std::vector<std::string> patterns = as_texts(&resolved, false);
    const std::string hosts = base::join(patterns, ",");
    std::string text = "\n  play #" + std::to_string(number) + " (" + hosts +
                       "): " + (play_.name.empty() ? hosts : value::Dict::key_text(name)) +
                       "\tTAGS: " + in_brackets(play_tags(), ",");
    if (options_.hosts) text += hosts_text(patterns);
    text += "\n";
    if (options_.tasks || options_.tags) text += tasks_text();
    return text;
  }

 private:
  value::Value shown(const value::Value& written) const {
    return options_.resolve ? options_.resolve(play_, written) : written;
  }
  Tags play_tags() const { return {play_.keywords.tags.begin(), play_.keywords.tags.end()}; }

  std::string hosts_text(const std::vector<std::string>& patterns) const {
    const std::vector<std::string> hosts = options_.hosts_of(play_);
    std::string text = "\n    pattern: " + python_list(patterns) + "\n    hosts (" +
                       std::to_string(hosts.size()) + "):";
    for (const std::string& host : hosts) text += "\n      " + host;
    return text;
  }

  std::string tasks_text() {
    std::string text = options_.tasks ? "    tasks:\n" : "";
    for (const auto* section :
         {&play_.pre_tasks, &play_.role_tasks, &play_.tasks, &play_.post_tasks})
      for (const Node& node : *section) add(node, text);
    if (options_.tags) {
      Tags tags = play_tags();
      tags.insert(all_tags_.begin(), all_tags_.end());
      text += "      TASK TAGS: " + in_brackets(tags, ", ") + "\n";
    }
    return text;
  }

  void add(const Node& node, std::string& text) {
    if (const auto* block = std::get_if<std::shared_ptr<const Block>>(&node)) {
      for (const Node& inner : (*block)->tasks) add(inner, text);
      return;
    }
    const Task& task = *std::get<std::shared_ptr<const Task>>(node);
    if (task.is_implicit ||
        !is_selected(task.keywords.tags, options_.only_tags, options_.skip_tags))
      return;
    all_tags_.insert(task.keywords.tags.begin(), task.keywords.tags.end());
    if (!options_.tasks) return;
    Tags tags = play_tags();
    tags.insert(task.keywords.tags.begin(), task.keywords.tags.end());
    text += "      " + (task.name.empty() ? task.action : display_name(task)) +
            "\tTAGS: " + in_brackets(tags, ", ") + "\n";
  }

  const Play& play_;
  const Listing& options_;
  Tags all_tags_;
};

}  // namespace

std::string list(const Playbook& playbook, const std::string& file, const Listing& listing) {
  std::string text = "\nplaybook: " + file + "\n";
  std::size_t number = 0;
  for (const Play& play : playbook.plays) text += PlayListing(play, listing).text(++number);
  return text;
}

}  // namespace provisioner::playbook
