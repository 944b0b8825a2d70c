// What the modules that edit text files share.
#include "provisioner/node/modules/text_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/file_options.h"

namespace provisioner::modules {
namespace {

wire::Difference content_difference(const TextEdit& edit) {
  const std::string header = edit.path + " (content)";
  return {header, header, edit.before, edit.after, false};
}

wire::Difference attribute_difference(const TextEdit& edit, const AttributeChange& change) {
  const std::string header = edit.path + " (file attributes)";
  wire::Difference difference{header, header, {}, {}, true};
  if (change.after.is_empty()) return difference;
  difference.before = value::write_json(change.before);
  difference.after = value::write_json(change.after);
  return difference;
}

// The differences with their texts left out: what a result shows where nobody asked for a diff.
value::Value without_texts(std::vector<wire::Difference> differences) {
  for (wire::Difference& difference : differences)
    if (!difference.is_state) difference.before = difference.after = "";
  return diff_value(differences);
}

void add_steps(const host::HostView& view, const Arguments& arguments, const TextEdit& edit,
               bool is_link, const AttributeChange& change, wire::Plan& plan) {
  if (edit.is_new) plan.steps = missing_parents(view, edit.path);
  if (edit.before != edit.after || edit.is_new) {
    wire::WriteFile write;
    write.path = followed(view, edit.path);
    write.content.bytes = edit.after;
    write.backup = edit.backup && !edit.is_new;
    write.validate = validate_command(arguments);
    write.in_place = arguments.boolean("unsafe_writes");
    if (!is_link) write.attributes = change.wanted;
    plan.steps.emplace_back(std::move(write));
    if (!is_link || !change.is_needed) return;
  }
  if (change.is_needed)
    plan.steps.emplace_back(wire::SetAttributes{edit.path, change.wanted, false});
}

}  // namespace

wire::Plan plan_text_edit(const host::HostView& view, const Arguments& arguments,
                          const TextEdit& edit, value::Dict result) {
  const auto now = view.status(edit.path, host::Follow::no);
  const AttributeChange change =
      attribute_change(view, arguments, now ? *now : new_file(view, edit.path));
  const bool is_link = now && now->type == host::FileType::link;
  wire::Plan plan;
  if (edit.before != edit.after || edit.is_new || change.is_needed) {
    plan.verdict = wire::Verdict::differs;
    add_steps(view, arguments, edit, is_link, change, plan);
  }
  plan.differences = {content_difference(edit), attribute_difference(edit, change)};
  result.set("msg", with_attributes_message(edit.message, change.is_needed));
  result.set("diff", without_texts(plan.differences));
  plan.result = std::move(result);
  return plan;
}

std::string followed(const host::HostView& view, const std::string& path) {
  constexpr int max_hops = 40;
  std::string at = path.starts_with('/') ? "/" : "";
  std::vector<std::string> rest = base::split(path, '/');
  std::ranges::reverse(rest);
  for (int hops = 0; !rest.empty();) {
    const std::string name = rest.back();
    rest.pop_back();
    if (name.empty() || name == ".") continue;
    if (name == ".." && !at.empty() && !at.ends_with("..")) {
      at = os::parent_of(at);
      continue;
    }
    const std::string next = at.empty() ? name : os::join_path(at, name);
    const auto target = view.link_target(next);
    if (!target) {
      at = next;
      continue;
    }
    if (++hops > max_hops)
      throw base::Error(base::Kind::failed,
                        fmt::format("cannot follow '{}': too many levels of symbolic links", path));
    if (target->starts_with('/')) at = "/";
    const std::vector<std::string> parts = base::split(*target, '/');
    rest.insert(rest.end(), parts.rbegin(), parts.rend());
  }
  return at;
}

std::vector<wire::Step> missing_parents(const host::HostView& view, const std::string& path) {
  std::vector<wire::Step> steps;
  std::string parent = os::parent_of(path);
  while (!parent.empty() && parent != "/" && !view.status(parent, host::Follow::yes)) {
    steps.insert(steps.begin(), wire::MakeDirectory{parent, {}});
    parent = os::parent_of(parent);
  }
  return steps;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t newline = text.find('\n', begin);
    const std::size_t end = newline == std::string::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : std::string(line) + " ") {
    const bool is_space = letter == ' ' || letter == '\t' || letter == '\n';
    if (!is_space) word += letter;
    if (is_space && !word.empty()) words.push_back(std::exchange(word, {}));
  }
  return words;
}

}  // namespace provisioner::modules
