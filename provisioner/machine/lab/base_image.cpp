// The base: from a definition to a tree in the cache.

#include "provisioner/machine/lab/base_image.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/lab/directory_lock.h"

namespace provisioner::lab {
namespace {

// A change here makes all older bases out of date.
constexpr std::string_view recipe = "1";
constexpr std::chrono::minutes patience_for_others{10};  // then it is made beside theirs
constexpr std::string_view partial_mark = ".partial.";   // then the process id of its maker

std::string code_name() {
  const std::string text = os::require_file("/etc/os-release");
  for (const std::string_view line : base::lines_of(text))
    if (line.starts_with("VERSION_CODENAME=")) return std::string(line.substr(17));
  throw base::Error(base::Kind::failed,
                    "'/etc/os-release' names no VERSION_CODENAME: the lab needs Debian");
}

// "bookworm", "bookworm-updates", "bookworm/main": not "cloud-sdk-bookworm".
bool is_of(std::string_view suite, const std::string& code) {
  if (!suite.starts_with(code)) return false;
  suite.remove_prefix(code.size());
  return suite.empty() || suite.front() == '-' || suite.front() == '/';
}

// Paragraphs of a .sources file that are about this release, without its comments.
std::string paragraphs_of(const std::string& text, const std::string& code) {
  std::string kept, paragraph;
  bool is_wanted = false;
  const auto finish = [&] {
    if (is_wanted) kept += paragraph + "\n";
    paragraph.clear();
    is_wanted = false;
  };
  for (const std::string_view line : base::lines_of(text)) {
    if (base::trim(line).empty()) {
      finish();
    } else if (!line.starts_with('#')) {
      if (line.starts_with("Suites:"))
        for (const std::string& suite : base::split(std::string(base::trim(line.substr(7))), ' '))
          is_wanted |= is_of(suite, code);
      paragraph += std::string(line) + "\n";
    }
  }
  finish();
  return kept;
}

// A one-line entry as a paragraph is not needed: mmdebstrap takes both kinds, one file each.
std::string lines_about(const std::string& text, const std::string& code) {
  std::string kept;
  for (const std::string_view line : base::lines_of(text)) {
    if (!line.starts_with("deb ")) continue;
    for (const std::string& word : base::split(std::string(line), ' '))
      if (is_of(word, code)) {
        kept += std::string(line) + "\n";
        break;
      }
  }
  return kept;
}

struct AptSources {
  std::string paragraphs, lines;
};

// Where this machine gets this Debian release from; its other sources are not the lab's business.
AptSources machine_sources() {
  const std::string code = code_name();
  AptSources sources;
  for (const std::string& path : os::glob("/etc/apt/sources.list.d/*.sources"))
    sources.paragraphs += paragraphs_of(os::require_file(path), code);
  std::vector<std::string> lists = os::glob("/etc/apt/sources.list.d/*.list");
  lists.insert(lists.begin(), "/etc/apt/sources.list");
  for (const std::string& path : lists)
    if (const auto text = os::read_file(path)) sources.lines += lines_about(*text, code);
  if (sources.paragraphs.empty() && sources.lines.empty())
    throw base::Error(base::Kind::failed,
                      "no apt source of this machine is about Debian '" + code + "'");
  return sources;
}

std::vector<std::string> package_list(const std::string& path) {
  const std::string text = os::require_file(path);
  std::vector<std::string> names;
  for (const std::string_view line : base::lines_of(text))
    if (const std::string_view name = base::trim(line); !name.empty() && !name.starts_with('#'))
      names.emplace_back(name);
  return names;
}

struct Definition {
  std::vector<std::string> packages;
  std::vector<std::string> hooks;  // in the order in which they run
  AptSources sources;
  std::string digest;
};

Definition read_definition(const Settings& settings) {
  Definition definition{.packages = package_list(settings.definition + "/packages"),
                        .hooks = {settings.definition + "/customize"},
                        .sources = machine_sources(),
                        .digest = {}};
  if (settings.has_python)
    for (std::string& name : package_list(settings.definition + "/packages.python"))
      definition.packages.push_back(std::move(name));
  std::vector<std::string> files = {"/packages.mirror", "/customize"};
  if (settings.is_cluster) {
    definition.hooks.insert(definition.hooks.begin(), settings.definition + "/customize.cluster");
    for (const char* file : {"/packages.mirror.cluster", "/customize.cluster", "/init.cluster"})
      files.emplace_back(file);
  }
  utsname kernel{};
  ::uname(&kernel);
  std::string all = std::string(recipe) + "\n" + base::join(definition.packages, " ") + "\n" +
                    kernel.release + "\n" + code_name() + "\n" + definition.sources.paragraphs +
                    "\n" + definition.sources.lines + "\n";
  for (const std::string& file : files) all += os::require_file(settings.definition + file) + "\n";
  definition.digest = crypto::sha256(all);
  return definition;
}

// What programs that were killed in the middle have left.
void remove_abandoned(const std::string& cache) {
  for (const std::string& name : os::entries(cache))
    if (const std::size_t at = name.find(partial_mark); at != std::string::npos)
      if (!os::is_directory("/proc/" + name.substr(at + partial_mark.size())))
        os::remove_tree(os::join_path(cache, name));
}

void build(const Definition& definition, const std::string& target) {
  const std::string partial = target + std::string(partial_mark) + std::to_string(::getpid());
  std::vector<std::string> argv = {"setpriv",
                                   "--pdeathsig",
                                   "KILL",
                                   "mmdebstrap",
                                   "--variant=minbase",
                                   "--skip=check/empty",
                                   "--include=" + base::join(definition.packages, ","),
                                   "--dpkgopt=path-exclude=/usr/share/man/*",
                                   "--dpkgopt=path-exclude=/usr/share/doc/*"};
  for (const std::string& hook : definition.hooks) argv.push_back("--customize-hook=" + hook);
  for (const std::string& word : {code_name(), partial}) argv.push_back(word);
  const auto add = [&](const std::string& suffix, const std::string& text) {
    if (text.empty()) return;
    os::write_file(target + suffix, text);
    argv.push_back(target + suffix);
  };
  add(".sources", definition.sources.paragraphs);
  add(".list", definition.sources.lines);
  os::run_checked({.argv = argv,
                   .input = {},
                   .directory = {},
                   .environment = {},
                   .deadline = std::chrono::minutes(20)});
  // Another program may have made the same base meanwhile.
  if (os::is_directory(target))
    os::remove_tree(partial);
  else
    os::run_checked({.argv = {"mv", "--no-target-directory", partial, target}});
}

}  // namespace

std::string ensure_base(const Settings& settings, const Progress& progress) {
  const Definition definition = read_definition(settings);
  const std::string target =
      os::join_path(settings.cache_directory, "base-" + definition.digest.substr(0, 16));
  if (os::is_directory(target)) return target;
  progress(std::string("making the base of the nodes") +
           (settings.has_python ? " with python" : "") +
           (settings.is_cluster ? " for a cluster" : "") + ", once: about a minute");
  // Whoever else makes a base now may be making this one: making it twice takes twice as long.
  const os::Descriptor lock = lock_directory(settings.cache_directory, patience_for_others);
  if (os::is_directory(target)) return target;
  remove_abandoned(settings.cache_directory);
  base::while_doing("making the base of the lab's nodes in '" + target + "'", {},
                    [&] { build(definition, target); });
  return target;
}

}  // namespace provisioner::lab
