// find: the files below some directories that fit.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/convert.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/node_paths.h"
#include "provisioner/node/modules/status_keys.h"

namespace provisioner::modules {
namespace {

using host::FileType;
using value::Dict;
using value::List;

// "-2d", "10k": a number and its unit, in the base unit.
std::optional<std::int64_t> amount(const Arguments& arguments, std::string_view option,
                                   const std::vector<std::pair<char, std::int64_t>>& units) {
  const std::string text = base::lower_case(arguments.text(option));
  std::string letters;
  for (const auto& [letter, factor] : units) letters += letter;
  const auto match = base::Regex("^(-?\\d+)([" + letters + "])?$").match_start(text);
  if (!match) return std::nullopt;
  const std::int64_t number = std::stoll(*base::group_text(*match, text, 1));
  const std::string unit = base::group_text(*match, text, 2).value_or("");
  for (const auto& [letter, factor] : units)
    if (unit == std::string(1, letter)) return number * factor;
  return number;
}

// A positive bound is the least, a negative one the most.
bool is_within(double value, const std::optional<std::int64_t>& bound) {
  if (!bound) return true;
  const double size = std::abs(static_cast<double>(*bound));
  return *bound >= 0 ? value >= size : value <= size;
}

class Search {
 public:
  Search(const host::HostView& view, const Arguments& arguments)
      : view_(view),
        arguments_(arguments),
        patterns_(arguments.texts("patterns")),
        excludes_(arguments.texts("excludes")),
        uses_regex_(arguments.boolean("use_regex")),
        type_(arguments.text("file_type")),
        now_(view.now()) {
    if (patterns_.empty()) patterns_.emplace_back(uses_regex_ ? ".*" : "*");
  }

  wire::Plan run() {
    if (arguments_.has("age") &&
        !(age_ = amount(arguments_, "age",
                        {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}})))
      return refused("age");
    if (arguments_.has("size") && !(size_ = amount(arguments_, "size",
                                                   {{'b', 1},
                                                    {'k', 1 << 10},
                                                    {'m', 1 << 20},
                                                    {'g', 1 << 30},
                                                    {'t', std::int64_t{1} << 40}})))
      return refused("size");
    for (const std::string& path : arguments_.texts("paths")) walk_from(expand_path(path, view_));
    wire::Plan plan;
    plan.verdict = wire::Verdict::read;
    const auto matched = static_cast<std::int64_t>(files_.size());
    plan.result = {{"files", std::move(files_)}, {"matched", matched}, {"examined", examined_}};
    plan.result.set("msg", skipped_.is_empty()
                               ? "All paths examined"
                               : "Not all paths examined, check warnings for details");
    plan.result.set("skipped_paths", std::move(skipped_));
    if (!warnings_.empty()) plan.result.set("warnings", std::move(warnings_));
    return plan;
  }

 private:
  wire::Plan refused(std::string_view option) const {
    wire::Plan plan = failed(fmt::format("failed to process {}", option));
    plan.result.set(option, arguments_.text(option));
    return plan;
  }

  void skip(const std::string& path, const std::string& why) {
    skipped_.set(path, why);
    warnings_.emplace_back(
        fmt::format("Skipped '{}' path due to this access issue: {}\n", path, why));
  }

  // What cannot be looked at is passed over, and said.
  std::optional<host::FileStatus> status_of(const std::string& path, host::Follow follow) try {
    return view_.status(path, follow);
  } catch (const base::Error& error) {
    skip(path, error.message());
    return std::nullopt;
  }

  void walk_from(const std::string& path) {
    const auto status = status_of(path, host::Follow::yes);
    if (!status && skipped_.has(path)) return;
    if (!status || status->type != FileType::directory)
      return skip(path, fmt::format("'{}' is not a directory", path));
    walk(path, 1);
  }

  // Top down, the entries of a directory before those below it.
  void walk(const std::string& directory, std::int64_t depth) {
    std::vector<std::string> names;
    try {
      names = view_.entries(directory).value_or(std::vector<std::string>{});
    } catch (const base::Error& error) {
      return skip(directory, error.message());
    }
    examined_ += static_cast<std::int64_t>(names.size());
    const std::int64_t deepest = arguments_.integer("depth");
    if (deepest != 0 && depth > deepest) return;
    for (const std::string& name : names) look_at(os::join_path(directory, name), name);
    if (!arguments_.boolean("recurse")) return;
    const auto follow = arguments_.boolean("follow") ? host::Follow::yes : host::Follow::no;
    for (const std::string& name : names) {
      const std::string path = os::join_path(directory, name);
      const auto status = status_of(path, follow);
      if (status && status->type == FileType::directory) walk(path, depth + 1);
    }
  }

  void look_at(const std::string& path, const std::string& name) {
    if (name.starts_with('.') && !arguments_.boolean("hidden")) return;
    const auto status = status_of(path, host::Follow::no);
    if (!status || !has_type(*status) || !has_name(name) || !is_within(now_ - stamp(*status), age_))
      return;
    const bool is_file = status->type == FileType::file;
    if (is_file && !is_within(static_cast<double>(status->size), size_)) return;
    if (type_ == "file" && !has_content(path)) return;
    Dict found{{"path", os::absolute(path)}};
    add_keys(*status, found);
    if (is_file && arguments_.boolean("get_checksum"))
      found.set("checksum", view_.digest(path, "sha1").value_or(""));
    files_.emplace_back(std::move(found));
  }

  bool has_type(const host::FileStatus& status) const {
    if (type_ == "any") return true;
    return status.type == (type_ == "file"        ? FileType::file
                           : type_ == "directory" ? FileType::directory
                                                  : FileType::link);
  }

  bool matches(const std::string& pattern, const std::string& name) const {
    return uses_regex_ ? base::Regex(pattern).match_start(name).has_value()
                       : ::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
  }

  bool has_name(const std::string& name) const {
    const auto fits = [&](const std::string& pattern) { return matches(pattern, name); };
    return std::ranges::any_of(patterns_, fits) && std::ranges::none_of(excludes_, fits);
  }

  double stamp(const host::FileStatus& status) const {
    const std::string which = arguments_.text("age_stamp");
    return which == "atime"   ? status.access_time
           : which == "ctime" ? status.change_time
                              : status.modification_time;
  }

  bool has_content(const std::string& path) const try {
    if (!arguments_.has("contains")) return true;
    const base::Regex pattern(arguments_.text("contains"));
    const std::string text = view_.read_file(path).value_or("");
    if (arguments_.boolean("read_whole_file")) return pattern.search(text).has_value();
    const auto lines = base::split(text, '\n');
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return pattern.match_start(line).has_value(); });
  } catch (const base::Error&) {
    return false;  // cannot be read, or is no text
  }

  void add_keys(const host::FileStatus& status, Dict& found) const {
    add_type_and_permissions(status, found);
    const std::pair<const char*, std::uint64_t> numbers[] = {
        {"uid", status.uid},     {"gid", status.gid},    {"size", status.size},
        {"inode", status.inode}, {"dev", status.device}, {"nlink", status.links}};
    for (const auto& [name, number] : numbers) found.set(name, static_cast<std::int64_t>(number));
    found.set("atime", status.access_time);
    found.set("mtime", status.modification_time);
    found.set("ctime", status.change_time);
    const auto account = view_.account(status.uid);
    const auto group = view_.group(status.gid);
    found.set("pw_name", account ? account->name : "");
    found.set("gr_name", group ? group->name : "");
  }

  const host::HostView& view_;
  const Arguments& arguments_;
  std::vector<std::string> patterns_, excludes_;
  bool uses_regex_;
  std::string type_;
  double now_;
  std::optional<std::int64_t> age_, size_;
  List files_, warnings_;
  Dict skipped_;
  std::int64_t examined_ = 0;
};

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  return Search(view, arguments).run();
}

}  // namespace

extern const Module find_files_module{
    .spec =
        {.name = "find",
         .summary = "the files below some directories that fit",
         .kind = ModuleKind::read,
         .parameters = {{.name = "paths",
                         .type = Type::list_of_text,
                         .required = true,
                         .aliases = {"name", "path"}},
                        {.name = "patterns",
                         .type = Type::list_of_text,
                         .fallback = "[]",
                         .aliases = {"pattern"}},
                        {.name = "excludes", .type = Type::list_of_text, .aliases = {"exclude"}},
                        {.name = "contains"},
                        {.name = "read_whole_file", .type = Type::boolean, .fallback = "no"},
                        {.name = "file_type",
                         .fallback = "file",
                         .choices = {"any", "directory", "file", "link"}},
                        {.name = "age"},
                        {.name = "age_stamp",
                         .fallback = "mtime",
                         .choices = {"atime", "ctime", "mtime"}},
                        {.name = "size"},
                        {.name = "recurse", .type = Type::boolean, .fallback = "no"},
                        {.name = "hidden", .type = Type::boolean, .fallback = "no"},
                        {.name = "follow", .type = Type::boolean, .fallback = "no"},
                        {.name = "get_checksum", .type = Type::boolean, .fallback = "no"},
                        {.name = "use_regex", .type = Type::boolean, .fallback = "no"},
                        {.name = "depth", .type = Type::integer}}},
    .check = check};

}  // namespace provisioner::modules
