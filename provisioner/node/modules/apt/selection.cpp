// Which packages have to be installed or removed.
#include "provisioner/node/modules/apt/selection.h"

#include <fnmatch.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/apt/candidates.h"
#include "provisioner/node/modules/apt/dpkg_status.h"
#include "provisioner/node/modules/apt/version.h"

namespace provisioner::modules::apt {
namespace {

// "foo=1.2*", "foo>=1.2", "foo".
struct Wish {
  std::string text, name, comparison, version;
};

Wish read_wish(const std::string& text) {
  Wish wish{text, text, "", ""};
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return wish;
  const bool is_at_least = equals > 0 && text[equals - 1] == '>';
  wish.name = text.substr(0, is_at_least ? equals - 1 : equals);
  wish.comparison = is_at_least ? ">=" : "=";
  wish.version = text.substr(equals + 1);
  return wish;
}

bool has_wildcard(const std::string& text) {
  return text.find_first_of("*?[]") != std::string::npos;
}

Selection early(std::string message) { return {{}, std::move(message), true}; }

bool fits(const Wish& wish, const std::string& version) {
  if (wish.comparison == ">=") return compare_versions(version, wish.version) >= 0;
  return fnmatch(wish.version.c_str(), version.c_str(), FNM_NOESCAPE) == 0;
}

// The newest version that a wish allows, apt's own choice before others; "" where there is none.
std::string best_version(const Wish& wish, const Candidates& candidates) {
  if (wish.version.empty() || (!candidates.candidate.empty() && fits(wish, candidates.candidate)))
    return candidates.candidate;
  for (const std::string& version : candidates.versions) {
    if (fits(wish, version)) return version;
  }
  return "";
}

// Wildcards in names become the names they fit. False with a failure where one fits nothing.
bool expand(const host::HostView& view, const std::vector<std::string>& texts,
            std::vector<Wish>& wishes, Selection& selection) {
  for (const std::string& text : texts) {
    const Wish wish = read_wish(std::string(base::trim(text)));
    if (wish.name == "*" && wish.version.empty()) continue;
    if (std::ranges::count(text, '=') > 1) {
      selection = early("invalid package spec: " + text);
      return false;
    }
    if (!has_wildcard(wish.name)) {
      wishes.push_back(wish);
      continue;
    }
    const auto names = names_like(view, wish.name);
    if (names.empty()) {
      selection = early("No package(s) matching '" + wish.name + "' available");
      return false;
    }
    for (const std::string& name : names)
      wishes.push_back({name, name, "", ""});  // as in Ansible, without the version
  }
  return true;
}

std::string without_all(const std::string& name) {
  return name.ends_with(":all") ? name.substr(0, name.size() - 4) : name;
}

// Whether dpkg's record alone says that a wish is fulfilled: the way through of nearly every run.
bool is_fulfilled(const DpkgStatus& status, const Wish& wish, bool latest) {
  const Package* package = status.find(wish.name);
  if (latest || !package || !package->is_installed()) return false;
  if (wish.version.empty()) return true;
  const bool is_exact = wish.comparison == "=" && !has_wildcard(wish.version);
  return (is_exact || wish.comparison == ">=") && fits(wish, package->version);
}

struct Judge {
  const host::HostView& view;
  const DpkgStatus& status;
  bool latest, only_upgrade;
  Selection selection;

  void judge_known(const Wish& wish, const Candidates& candidates) {
    const Package* package = status.find(wish.name);
    const bool is_installed = package && package->is_installed();
    if (!is_installed && only_upgrade) return;
    const std::string best = best_version(wish, candidates);
    const bool satisfies = is_installed && wish.comparison == ">=" && fits(wish, package->version);
    if (best.empty()) {
      if (!is_installed || (!wish.version.empty() && !satisfies))
        selection.failure = "no available installation candidate for " + wish.text;
      return;
    }
    bool is_needed = !is_installed;
    if (is_installed && !wish.version.empty())
      is_needed = satisfies && !latest ? false : package->version != best;
    if (is_installed && wish.version.empty())
      is_needed = latest && compare_versions(best, package->version) > 0;
    if (is_needed) selection.packages.push_back(wish.name + "=" + best);
  }

  void judge_virtual(const Wish& wish) {
    if (status.is_provided(wish.name) || only_upgrade) return;
    if (providers_of(view, wish.name).empty()) {
      selection = early("No package matching '" + wish.name + "' is available");
    } else {
      selection.packages.push_back(wish.name);
    }
  }
};

}  // namespace

Selection to_install(const host::HostView& view, const Arguments& arguments) {
  const DpkgStatus status(view);
  const bool latest = arguments.text("state") == "latest";
  std::vector<Wish> wishes;
  Judge judge{view, status, latest, arguments.boolean("only_upgrade"), {}};
  if (!expand(view, arguments.texts("package"), wishes, judge.selection)) return judge.selection;
  std::erase_if(wishes, [&](const Wish& wish) { return is_fulfilled(status, wish, latest); });
  std::vector<std::string> names;
  for (const Wish& wish : wishes) names.push_back(without_all(wish.name));
  const auto known = candidates_of(view, names, arguments.text("default_release"));
  for (const Wish& wish : wishes) {
    const auto candidates = known.find(without_all(wish.name));
    const bool is_real = candidates != known.end() && !candidates->second.versions.empty();
    if (is_real) {
      judge.judge_known(wish, candidates->second);
    } else {
      judge.judge_virtual(wish);
    }
    if (!judge.selection.failure.empty()) break;
  }
  return judge.selection;
}

Selection to_remove(const host::HostView& view, const Arguments& arguments) {
  const DpkgStatus status(view);
  std::vector<Wish> wishes;
  Selection selection;
  if (!expand(view, arguments.texts("package"), wishes, selection)) return selection;
  for (const Wish& wish : wishes) {
    const Package* package = status.find(wish.name);
    if (!package) continue;
    const bool is_there =
        package->is_installed() && (wish.version.empty() || fits(wish, package->version));
    const bool has_rest = package->has_files() && arguments.boolean("purge");
    const bool is_unfinished =
        package->has_files() && !package->is_installed() && package->state != "config-files";
    if (is_there || has_rest || is_unfinished) selection.packages.push_back(wish.name);
  }
  return selection;
}

}  // namespace provisioner::modules::apt
