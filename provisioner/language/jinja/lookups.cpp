// Lookups: what a template asks of the controller. Each gives a list.

#include <algorithm>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/layered_scope.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Value;

namespace {

const Surroundings& world_of(const Call& call) { return call.evaluator.world().surroundings; }

std::string found_file(const Call& call, const std::string& name, std::string_view kind,
                       const char* lookup) {
  const auto path = world_of(call).find_file(name, kind);
  if (!path)
    throw base::Error(base::Kind::input,
                      "could not locate file in lookup '" + std::string(lookup) + "': " + name);
  return *path;
}

Object each_term(const Call& call, const std::function<Object(const Object&)>& body) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) all.push_back(body(term));
  return Object::list(std::move(all));
}

void add_flat(std::vector<Object>& all, const Object& object, bool is_deep) {
  if (!object.is_list()) {
    all.push_back(object);
    return;
  }
  for (const Object& item : items_of(object)) {
    if (is_deep)
      add_flat(all, item, true);
    else
      all.push_back(item);
  }
}

Object items(const Call& call, bool is_deep) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) add_flat(all, term, is_deep);
  return Object::list(std::move(all));
}

Object lookup_dict(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    for (const Object& one : term.is_list() ? items_of(term) : std::vector<Object>{term}) {
      if (!one.is_dict() && !one.is_lazy()) type_error("with_dict expects a dict");
      for (const Object& key : items_of(one)) {
        Object entry = Object::dict();
        entry.dict_box().set(Value("key"), key);
        entry.dict_box().set(Value("value"), call.evaluator.item(one, key));
        all.push_back(std::move(entry));
      }
    }
  }
  return Object::list(std::move(all));
}

std::vector<std::vector<Object>> lists_of(const Call& call) {
  std::vector<std::vector<Object>> lists;
  for (const Object& term : call.arguments) {
    lists.emplace_back();
    add_flat(lists.back(), term, false);
  }
  return lists;
}

Object nested(const Call& call) {
  std::vector<std::vector<Object>> rows = {{}};
  const auto lists = lists_of(call);
  if (lists.empty()) type_error("with_nested requires at least one element in the nested list");
  for (const auto& list : lists) {
    std::vector<std::vector<Object>> longer;
    for (const auto& row : rows)
      for (const Object& item : list) {
        longer.push_back(row);
        add_flat(longer.back(), item, true);
      }
    rows = std::move(longer);
  }
  std::vector<Object> all;
  for (auto& row : rows) all.push_back(Object::list(std::move(row)));
  return Object::list(std::move(all));
}

Object together(const Call& call) {
  const auto lists = lists_of(call);
  if (lists.empty()) type_error("with_together requires at least one element in each list");
  std::size_t longest = 0;
  for (const auto& list : lists) longest = std::max(longest, list.size());
  std::vector<Object> all;
  for (std::size_t at = 0; at < longest; ++at) {
    std::vector<Object> row;
    for (const auto& list : lists) row.push_back(at < list.size() ? list[at] : Object());
    all.push_back(Object::list(std::move(row)));
  }
  return Object::list(std::move(all));
}

Object subelements(const Call& call) {
  if (call.arguments.size() < 2)
    type_error("subelements lookup expects a list of two or three items");
  Call made{call.evaluator, {call.arguments[0], call.arguments[1]}, {}, {}};
  if (call.arguments.size() > 2 && call.arguments[2].is_dict())
    if (const auto skip = call.arguments[2].dict_box().find(Value("skip_missing")))
      made.arguments.emplace_back(boolean_of(*skip));
  return call.evaluator.apply_filter("subelements", std::move(made));
}

Object indexed_items(const Call& call) {
  std::vector<Object> all, flat;
  for (const Object& term : call.arguments) add_flat(flat, term, false);
  for (std::size_t at = 0; at < flat.size(); ++at)
    all.push_back(Object::tuple({Object(static_cast<std::int64_t>(at)), flat[at]}));
  return Object::list(std::move(all));
}

// "start=1 end=5 stride=2 format=n%02d", "5", "2-10/2:host%02d"
Object sequence(const Call& call) {
  std::vector<Object> all;
  const auto number = [](const std::string& text) {
    return static_cast<std::int64_t>(std::stoll(text, nullptr, 0));
  };
  static const base::Regex shortcut(
      "^((\\d+|0x[0-9a-fA-F]+)-)?(\\d+|0x[0-9a-fA-F]+)(/(\\d+))?(:(.+))?$");
  for (const Object& term : call.arguments) {
    std::int64_t start = 1, stride = 1;
    std::optional<std::int64_t> end, count;
    std::string format = "%d";
    const std::string text = text_of(term);
    const auto set = [&](const std::string& key, const std::string& value) {
      if (key == "start")
        start = number(value);
      else if (key == "end")
        end = number(value);
      else if (key == "count")
        count = number(value);
      else if (key == "stride")
        stride = number(value);
      else if (key == "format")
        format = value;
      else
        type_error("unrecognized arguments to with_sequence: " + key);
    };
    if (const auto match = shortcut.match_start(text)) {
      if (const auto first = base::group_text(*match, text, 2)) start = number(*first);
      end = number(*base::group_text(*match, text, 3));
      if (const auto step = base::group_text(*match, text, 5)) stride = number(*step);
      if (const auto how = base::group_text(*match, text, 7)) format = *how;
    } else {
      for (const std::string& word : base::shell_split(text))
        if (const std::size_t equals = word.find('='); equals != std::string::npos)
          set(word.substr(0, equals), word.substr(equals + 1));
    }
    for (const auto& [key, object] : call.named) set(key, text_of(object));
    if (count) end = *count == 0 ? start - stride : start + *count * stride - stride;
    if (!end) type_error("must specify count or end in with_sequence");
    if (stride == 0) type_error("to count by 0 is no sequence");
    for (std::int64_t at = start; stride > 0 ? at <= *end : at >= *end; at += stride)
      all.emplace_back(percent_format(format, Object::tuple({Object(at)})));
  }
  return Object::list(std::move(all));
}

Object fileglob(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    const std::string pattern = text_of(term);
    std::vector<std::string> folders = pattern.starts_with('/')
                                           ? std::vector<std::string>{""}
                                           : world_of(call).search_paths("files");
    for (const std::string& folder : folders) {
      bool is_found = false;
      for (const std::string& path :
           world_of(call).glob(folder.empty() ? pattern : folder + "/" + pattern)) {
        if (!os::is_file(path)) continue;
        all.emplace_back(path);
        is_found = true;
      }
      if (is_found) break;
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
    } else {
      candidates.push_back(text_of(term));
    }
  };
  for (const Object& term : call.arguments) add(term);
  Object options = Object::dict();
  for (const auto& [key, object] : call.named) options.dict_box().set(Value(key), object);
  if (options.dict_box().size() > 0) add(options);
  for (const std::string& candidate : candidates)
    for (const std::string_view kind : {"files", "templates", "vars", ""})
      if (const auto path = world_of(call).find_file(candidate, kind))
        return Object::list({Object(*path)});
  if (skips) return Object::list({});
  throw base::Error(base::Kind::input, "No file was found when using first_found.");
}

Object lookup_vars(const Call& call) {
  const Object fallback = call.get(1'000'000, "default");
  return each_term(call, [&](const Object& term) {
    Object found = call.evaluator.resolve_name(text_of(term));
    if (!found.is_undefined()) return found;
    if (!fallback.is_undefined()) return fallback;
    throw UndefinedError(base::Kind::input, "No variable found with this name: " + text_of(term));
  });
}

Object varnames(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    const base::Regex pattern(text_of(term));
    for (const std::string& name : call.evaluator.scope().names())
      if (pattern.search(name)) all.emplace_back(name);
  }
  return Object::list(std::move(all));
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

// A password file holds the password and perhaps " salt=..."; one that is not there is made.
Object password(const Call& call) {
  return each_term(call, [&](const Object& term) {
    const std::vector<std::string> words = base::shell_split(text_of(term));
    std::size_t length = 20;
    std::string characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:-_";
    const auto option = [&](const std::string& key, const std::string& value) {
      if (key == "length") length = std::stoul(value);
      if (key == "chars") {
        characters.clear();
        for (const std::string& set : base::split(value, ',')) {
          if (set == "ascii_lowercase" || set == "ascii_letters")
            characters += "abcdefghijklmnopqrstuvwxyz";
          if (set == "ascii_uppercase" || set == "ascii_letters")
            characters += "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
          if (set == "digits") characters += "0123456789";
          if (set == "hexdigits") characters += "0123456789abcdefABCDEF";
          if (set == "punctuation") characters += "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
        }
      }
    };
    for (std::size_t at = 1; at < words.size(); ++at)
      if (const std::size_t equals = words[at].find('='); equals != std::string::npos)
        option(words[at].substr(0, equals), words[at].substr(equals + 1));
    for (const auto& [key, object] : call.named) option(key, text_of(object));
    const std::string path = words.empty() ? "" : os::absolute(words[0]);
    if (path != "/dev/null")
      if (const auto known = os::read_file(path))
        return Object(std::string(base::trim(known->substr(0, known->find(" salt=")))));
    if (characters.empty()) type_error("password: chars names no characters");
    std::string made;
    for (const char byte : crypto::random_bytes(length))
      made += characters[static_cast<unsigned char>(byte) % characters.size()];
    if (path != "/dev/null") {
      os::make_directories(os::parent_of(path), 0700);
      os::write_file(path, made + "\n", 0600);
    }
    return Object(made);
  });
}

Object ini(const Call& call) {
  const std::string path =
      found_file(call, call.text_or(1'000'000, "file", "ansible.ini"), "files", "ini");
  const std::string section = call.text_or(1'000'000, "section", "global"),
                    fallback = call.text_or(1'000'000, "default", "");
  const std::string text = world_of(call).read_file(path);
  return each_term(call, [&](const Object& term) {
    std::string now, found = fallback;
    for (const std::string_view line : base::lines_of(text)) {
      const std::string_view body = base::trim(line);
      if (body.starts_with('[') && body.ends_with(']')) now = body.substr(1, body.size() - 2);
      const std::size_t equals = body.find_first_of("=:");
      if (now == section && equals != std::string_view::npos &&
          lower_text(base::trim(body.substr(0, equals))) == lower_text(text_of(term)))
        found = base::trim(body.substr(equals + 1));
    }
    return Object(found);
  });
}

Object csvfile(const Call& call) {
  const std::string path =
      found_file(call, call.text_or(1'000'000, "file", "ansible.csv"), "files", "csvfile");
  std::string delimiter = call.text_or(1'000'000, "delimiter", "TAB");
  if (delimiter == "TAB" || delimiter == "\\t") delimiter = "\t";
  const auto column = static_cast<std::size_t>(call.integer_or(1'000'000, "col", 1));
  const std::string text = world_of(call).read_file(path);
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    std::optional<Object> found;
    for (const std::string_view line : base::lines_of(text)) {
      const auto fields = base::split(line, delimiter[0]);
      if (!found && fields[0] == text_of(term) && column < fields.size())
        found = Object(fields[column]);
    }
    if (found)
      all.push_back(*found);
    else if (call.has(1'000'000, "default"))
      all.push_back(call.get(1'000'000, "default"));
  }
  return Object::list(std::move(all));
}

FunctionTable file_lookups() {
  return {
      {"file",
       [](const Call& c) {
         return each_term(c, [&](const Object& term) {
           return Object(
               stripped(world_of(c).read_file(found_file(c, text_of(term), "files", "file")),
                        "\n\r \t", c.flag(1'000'000, "rstrip", true) ? Side::right : Side::left));
         });
       }},
      {"unvault",
       [](const Call& c) {
         return each_term(c, [&](const Object& term) {
           return Object(world_of(c).read_file(found_file(c, text_of(term), "files", "unvault")));
         });
       }},
      {"fileglob", fileglob},
      {"first_found", first_found},
      {"template", lookup_template},
      {"password", password},
      {"ini", ini},
      {"csvfile", csvfile},
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

}  // namespace

const FunctionTable& lookups() {
  static const FunctionTable table = [] {
    FunctionTable all = {
        {"env",
         [](const Call& c) {
           return each_term(c, [&](const Object& term) {
             if (const auto value = world_of(c).environment(text_of(term))) return Object(*value);
             return c.has(1'000'000, "default") ? c.get(1'000'000, "default") : Object("");
           });
         }},
        {"items", [](const Call& c) { return items(c, false); }},
        {"list", [](const Call& c) { return Object::list(c.arguments); }},
        {"flattened", [](const Call& c) { return items(c, true); }},
        {"dict", lookup_dict},
        {"nested", nested},
        {"cartesian", nested},
        {"together", together},
        {"subelements", subelements},
        {"indexed_items", indexed_items},
        {"sequence", sequence},
        {"vars", lookup_vars},
        {"varnames", varnames},
        {"random_choice",
         [](const Call& c) {
           if (c.arguments.empty()) return Object::list({});
           return Object::list({c.evaluator.apply_filter(
               "random", Call{c.evaluator, {Object::list(c.arguments)}, {}, {}})});
         }},
        {"inventory_hostnames",
         [](const Call& c) {
           std::vector<std::string> patterns;
           for (const Object& term : c.arguments) patterns.push_back(text_of(term));
           const auto hosts = world_of(c).hosts_matching(base::join(patterns, ","));
           return Object::list({hosts.begin(), hosts.end()});
         }},
    };
    all.merge(file_lookups());
    return all;
  }();
  return table;
}

}  // namespace provisioner::jinja
