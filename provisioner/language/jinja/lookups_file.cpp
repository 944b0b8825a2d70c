// Lookups that read the controller's files.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/layered_scope.h"
#include "provisioner/language/jinja/lookup_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Value;

namespace {

bool boolean_or(const Call& call, std::string_view name, bool otherwise) {
  return call.has(1'000'000, name) ? boolean_of(call.get(1'000'000, name)) : otherwise;
}

// A pattern with a folder in front is looked for where that folder is found first, a bare one in
// every place until one has files that fit.
std::vector<std::string> glob_folders(const Call& call, const std::string& pattern) {
  const std::size_t slash = pattern.rfind('/');
  std::vector<std::string> folders = world_of(call).search_paths("files");
  if (slash == std::string::npos) return folders;
  const std::string above = pattern.substr(0, slash + 1);
  if (above.starts_with('/')) return {above};
  for (const std::string& folder : folders)
    if (os::is_directory(folder + "/" + above)) return {folder + "/" + above};
  return {};
}

Object fileglob(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    const std::string pattern = text_of(term), name = pattern.substr(pattern.rfind('/') + 1);
    for (const std::string& folder : glob_folders(call, pattern)) {
      const std::size_t before = all.size();
      for (const std::string& path :
           world_of(call).glob(folder + (folder.ends_with('/') ? "" : "/") + name))
        if (os::is_file(path)) all.emplace_back(path);
      if (all.size() > before) break;
    }
  }
  return Object::list(std::move(all));
}

// Terms are names, lists of names, or dicts with files, paths and skip.
Object first_found(const Call& call) {
  std::vector<std::string> candidates;
  bool skips = false;
  const auto words = [](const Object& object) {
    std::vector<std::string> all;
    if (object.is_list())
      for (const Object& one : items_of(object)) all.push_back(text_of(one));
    else
      all = split_text(base::replace_all(base::replace_all(text_of(object), ",", " "), ";", " "),
                       std::nullopt, -1);
    return all;
  };
  std::function<void(const Object&)> add = [&](const Object& term) {
    if (term.is_undefined()) return;
    if (term.is_list()) {
      for (const Object& one : items_of(term)) add(one);
    } else if (term.is_dict()) {
      const auto files = term.dict_box().find(Value("files")),
                 paths = term.dict_box().find(Value("paths"));
      if (const auto skip = term.dict_box().find(Value("skip"))) skips = skips || boolean_of(*skip);
      const std::vector<std::string> names = files ? words(*files) : std::vector<std::string>();
      for (const std::string& folder : paths ? words(*paths) : std::vector<std::string>{""})
        for (const std::string& name : names)
          candidates.push_back(folder.empty() ? name : os::join_path(folder, name));
      if (names.empty() && paths)
        for (const std::string& folder : words(*paths)) candidates.push_back(folder);
    } else if (call.has(1'000'000, "paths")) {
      for (const std::string& folder : words(call.get(1'000'000, "paths")))
        candidates.push_back(os::join_path(folder, text_of(term)));
    } else {
      candidates.push_back(text_of(term));
    }
  };
  for (const Object& term : call.arguments) add(term);
  skips = skips || call.flag(1'000'000, "skip", false);
  for (const std::string& candidate : candidates)
    for (const std::string_view kind : {"files", "templates", "vars", ""})
      if (const auto path = world_of(call).find_file(candidate, kind))
        return Object::list({Object(*path)});
  if (skips) return Object::list({});
  throw base::Error(base::Kind::input, "No file was found when using first_found.");
}

Object lookup_template(const Call& call) {
  FileStyle style;
  style.variable_start = call.text_or(1'000'000, "variable_start_string", style.variable_start);
  style.variable_end = call.text_or(1'000'000, "variable_end_string", style.variable_end);
  style.comment_start = call.text_or(1'000'000, "comment_start_string", style.comment_start);
  style.comment_end = call.text_or(1'000'000, "comment_end_string", style.comment_end);
  const Value more = call.value_or(1'000'000, "template_vars", Value(value::Dict()));
  LayeredScope scope(call.evaluator.scope(), more.is_dict() ? more.dict() : value::Dict());
  return each_term(call, [&](const Object& term) {
    const std::string path = found_file(call, text_of(term), "templates", "template");
    std::string text = render_file(call.evaluator.world(), path, scope, style);
    if (!call.flag(1'000'000, "convert_data", true)) return Object::kept_text(std::move(text));
    if (looks_like_data(text))
      if (const auto data = python_literal(text)) return Object(*data);
    return Object(std::move(text));
  });
}

}  // namespace

FunctionTable file_lookups() {
  return {
      {"file",
       [](const Call& c) {
         return each_term(c, [&](const Object& term) {
           const std::string path = found_file(c, text_of(term), "files", "file");
           std::string text = world_of(c).read_file(path).text;
           if (boolean_or(c, "lstrip", false)) text = stripped(text, "", Side::left);
           if (boolean_or(c, "rstrip", true)) text = stripped(text, "", Side::right);
           return Object(std::move(text));
         });
       }},
      {"unvault",
       [](const Call& c) {
         return each_term(c, [&](const Object& term) {
           const std::string path = found_file(c, text_of(term), "files", "unvault");
           return Object(world_of(c).read_file(path).text);
         });
       }},
      {"fileglob", fileglob},
      {"first_found", first_found},
      {"template", lookup_template},
      {"password", lookup_password},
      {"ini", lookup_ini},
      {"csvfile", lookup_csv},
      {"lines",
       [](const Call& c) {
         std::vector<Object> all;
         for (const Object& term : c.arguments) {
           const std::string output = world_of(c).run_pipe(text_of(term));
           for (const std::string_view line : base::lines_of(output))
             all.emplace_back(std::string(line));
         }
         return Object::list(std::move(all));
       }},
      {"pipe",
       [](const Call& c) {
         return each_term(
             c, [&](const Object& term) { return Object(world_of(c).run_pipe(text_of(term))); });
       }},
  };
}

}  // namespace provisioner::jinja
