// Host patterns of `hosts:` and `--limit`.

#include "provisioner/language/inventory/select_hosts.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/inventory/host_pattern.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using base::Regex;

using Names = std::vector<std::string>;

// "*", "?" and "[seq]" as Python's fnmatch reads them.
Regex wildcard(std::string_view pattern) {
  std::string regex;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char byte = pattern[at];
    const std::size_t first = at + 1 + (pattern.substr(at + 1, 1) == "!" ? 1 : 0);
    const std::size_t close =
        byte == '[' ? pattern.find(']', first + (pattern.substr(first, 1) == "]" ? 1 : 0))
                    : std::string_view::npos;
    if (byte == '*') {
      regex += ".*";
    } else if (byte == '?') {
      regex += '.';
    } else if (close != std::string_view::npos) {
      std::string members =
          base::replace_all(std::string(pattern.substr(first, close - first)), "\\", "\\\\");
      if (members.starts_with('^')) members.insert(0, "\\");
      regex += (first > at + 1 ? "[^" : "[") + base::replace_all(members, "[", "\\[") + "]";
      at = close;
    } else {
      if (std::string_view("\\.^$|()[]{}+-#&~").find(byte) != std::string_view::npos) regex += '\\';
      regex += byte;
    }
  }
  return Regex("(?:" + regex + ")\\z", Regex::dot_all);
}

// A pattern's last "[2]", "[-1]" or "[1:3]".
struct Slice {
  std::int64_t begin = 0;
  std::optional<std::int64_t> end;  // inclusive
};

std::pair<std::string, std::optional<Slice>> split_slice(const std::string& pattern) {
  if (pattern.starts_with('~')) return {pattern, std::nullopt};
  static const Regex form(R"(^(.+)\[(?:(-?[0-9]+)|([0-9]+)([:-])([0-9]*))\]$)");
  const auto match = form.match_start(pattern);
  if (!match) return {pattern, std::nullopt};
  const std::string name = *base::group_text(*match, pattern, 1);
  if (const auto index = base::group_text(*match, pattern, 2))
    return {name, Slice{std::stoll(*index), std::nullopt}};
  const std::string end = base::group_text(*match, pattern, 5).value_or("");
  return {name, Slice{std::stoll(*base::group_text(*match, pattern, 3)),
                      end.empty() ? -1 : std::stoll(end)}};
}

Names sliced(const Names& hosts, const Slice& slice, const std::string& pattern) {
  const auto count = static_cast<std::int64_t>(hosts.size());
  const bool is_range = slice.end && *slice.end != 0;
  if (!is_range) {
    const std::int64_t at = slice.begin < 0 ? slice.begin + count : slice.begin;
    if (at < 0 || at >= count) {
      Error error(Kind::input, "no host is at the place that '" + pattern + "' names, there are " +
                                   std::to_string(count));
      throw error.set_hint("places count from 0");
    }
    return {hosts[static_cast<std::size_t>(at)]};
  }
  const std::int64_t last = *slice.end == -1 ? count - 1 : std::min(*slice.end, count - 1);
  Names part;
  for (std::int64_t at = slice.begin; at <= last; ++at)
    part.push_back(hosts[static_cast<std::size_t>(at)]);
  return part;
}

class Selector {
 public:
  Selector(const Graph& graph, base::Diagnostics& diagnostics)
      : graph_(graph), diagnostics_(diagnostics) {}

  Names select(Names patterns) {
    order(patterns);
    Names hosts;
    for (const std::string& pattern : patterns) apply(pattern, hosts);
    std::unordered_set<std::string> seen;
    std::erase_if(hosts, [&seen](const std::string& host) { return !seen.insert(host).second; });
    return hosts;
  }

 private:
  // What is added first, then "&", then "!"; without anything added it is all hosts.
  static void order(Names& patterns) {
    const auto rank = [](const std::string& pattern) {
      return pattern.starts_with('!') ? 2 : pattern.starts_with('&') ? 1 : 0;
    };
    std::stable_sort(
        patterns.begin(), patterns.end(),
        [&rank](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    if (patterns.empty() || rank(patterns.front()) != 0) patterns.insert(patterns.begin(), "all");
  }

  void apply(const std::string& pattern, Names& hosts) {
    if (graph_.has_host(pattern)) return hosts.push_back(pattern);
    const bool takes_out = pattern.starts_with('!'), keeps = pattern.starts_with('&');
    const Names found = matches(pattern.substr(takes_out || keeps ? 1 : 0));
    if (!takes_out && !keeps) {
      hosts.insert(hosts.end(), found.begin(), found.end());
      return;
    }
    const std::unordered_set<std::string> set(found.begin(), found.end());
    std::erase_if(hosts, [&](const std::string& host) { return set.contains(host) == takes_out; });
  }

  Names matches(const std::string& pattern) {
    if (pattern.empty()) return {};
    const auto [name, slice] = split_slice(pattern);
    const Names hosts = enumerate(name);
    return slice && !hosts.empty() ? sliced(hosts, *slice, pattern) : hosts;
  }

  Names enumerate(const std::string& pattern) {
    const std::function<bool(const std::string&)> fits = matcher(pattern);
    Names hosts;
    bool has_group = false;
    for (Graph::Index group = 0; group < graph_.groups().size(); ++group) {
      if (!fits(graph_.groups()[group].name)) continue;
      has_group = true;
      for (const Graph::Index host : graph_.hosts_under(group))
        hosts.push_back(graph_.hosts()[host].name);
    }
    if (!has_group || pattern.front() == '~' || pattern.find_first_of(".?*[") != std::string::npos)
      for (const Graph::HostNode& host : graph_.hosts())
        if (fits(host.name)) hosts.push_back(host.name);
    if (hosts.empty() && is_local_name(pattern)) return {pattern};
    if (hosts.empty() && !has_group && pattern != "all") warn_unknown(pattern);
    return hosts;
  }

  static std::function<bool(const std::string&)> matcher(const std::string& pattern) {
    if (pattern.starts_with('~')) {
      const Regex regex(pattern.substr(1));
      return [regex](const std::string& name) { return regex.match_start(name).has_value(); };
    }
    if (pattern.find_first_of("*?[") == std::string::npos)
      return [pattern](const std::string& name) { return name == pattern; };
    const Regex regex = wildcard(pattern);
    return [regex](const std::string& name) { return regex.match_start(name).has_value(); };
  }

  void warn_unknown(const std::string& pattern) {
    Names known;
    for (const Graph::GroupNode& group : graph_.groups()) known.push_back(group.name);
    for (const Graph::HostNode& host : graph_.hosts()) known.push_back(host.name);
    Error warning(Kind::input, "no host and no group is named '" + pattern + "'");
    warning.set_hint(base::suggestion(pattern, known));
    diagnostics_.warn(std::move(warning));
  }

  const Graph& graph_;
  base::Diagnostics& diagnostics_;
};

void add_from_file(const std::string& path, Names& patterns) {
  if (os::is_directory(path))
    throw Error(Kind::input, "'@" + path + "' must name a file, this is a directory");
  const std::string text = os::require_file(path);
  for (const std::string_view line : base::lines_of(text))
    if (const std::string_view pattern = base::trim(line); !pattern.empty())
      patterns.emplace_back(pattern);
}

}  // namespace

bool is_local_name(std::string_view name) {
  return name == "localhost" || name == "127.0.0.1" || name == "::1";
}

std::vector<std::string> split_pattern(std::string_view pattern) {
  Names parts;
  if (pattern.find(',') != std::string_view::npos) {
    parts = base::split(pattern, ',');
  } else if (const std::string whole(pattern); is_address(whole)) {
    parts = {whole};
  } else {
    static const Regex piece(R"((?:[^\s:\[\]]|\[[^\]]*\])+)");
    for (const Regex::Match& match : piece.find_all(pattern))
      parts.push_back(*base::group_text(match, pattern, 0));
  }
  Names trimmed;
  for (const std::string& part : parts)
    if (const std::string_view text = base::trim(part); !text.empty()) trimmed.emplace_back(text);
  return trimmed;
}

std::vector<std::string> select_hosts(const Graph& graph, std::string_view pattern,
                                      base::Diagnostics& diagnostics) {
  Names patterns;
  for (const std::string& part : split_pattern(pattern)) {
    if (part.starts_with('@'))
      add_from_file(part.substr(1), patterns);
    else
      patterns.push_back(part);
  }
  if (patterns.empty()) return {};
  return Selector(graph, diagnostics).select(std::move(patterns));
}

}  // namespace provisioner::inventory
