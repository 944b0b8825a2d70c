// What an image holds, read from its layers.

#include "provisioner/cluster/registry/bill_of_materials.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/entries_below.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/store/foreign_table.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/layer_failure.h"
#include "provisioner/cluster/registry/layer_programs.h"
#include "provisioner/cluster/registry/package_lists.h"

namespace provisioner::registry {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::chrono::minutes patience{60};    // with each way of reading a layer
constexpr std::size_t largest_list = 64 << 20;  // bytes
using Packages = std::vector<Package>;

// What a file of an image tells.
struct FoundFile {
  Packages packages;
  std::string system, system_version;
  bool is_unread = false;
};

// Where package managers keep what is installed, and what tells the system. "*" is for no "/" in
// these, and for anything in those below.
const std::vector<std::string> read_paths = {"var/lib/dpkg/status",  "var/lib/dpkg/status.d/*",
                                             "lib/apk/db/installed", "usr/lib/apk/db/installed",
                                             "var/lib/rpm/*",        "usr/lib/sysimage/rpm/*",
                                             "etc/os-release",       "usr/lib/os-release"};
// Those of languages, wherever an environment lies; what is gone in an upper layer (image-spec,
// layer.md, "Whiteouts"); and lists of managers that nobody here can read.
const std::vector<std::string> anywhere = {"*.dist-info/METADATA",
                                           "*.egg-info/PKG-INFO",
                                           "*.egg-info",
                                           "*/conda-meta/*.json",
                                           "*/node_modules/*/package.json",
                                           ".wh.*",
                                           "*/.wh.*"};
const std::vector<std::string> unread_anywhere = {
    "*/specifications/*.gemspec", "*/composer/installed.json", "var/lib/pacman/local/*/desc",
    "*/opkg/status", "*/library/*/DESCRIPTION"};

bool is_under(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

bool is_like_any(const std::string& path, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return is_like(path, pattern); });
}

// Of "a/node_modules/@b/c/package.json" it is the last folder of packages that counts: what lies
// deeper in a package are its tests and the like.
bool is_node_package(const std::string& path) {
  constexpr std::string_view folder = "node_modules/", end = "/package.json";
  const std::size_t at = path.rfind(folder);
  const std::size_t begin = at + folder.size();
  if (at == std::string::npos || !path.ends_with(end) || begin + end.size() >= path.size())
    return false;
  const std::string name = path.substr(begin, path.size() - begin - end.size());
  return std::ranges::count(name, '/') == (name.starts_with('@') ? 1 : 0);
}

void take_system(const std::string& text, FoundFile& found) {
  for (const std::string_view line : base::lines_of(text)) {
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos) continue;
    std::string said(line.substr(equal + 1));
    std::erase_if(said, [](char letter) { return letter == '"' || letter == '\''; });
    if (line.starts_with("ID=")) found.system = said;
    if (line.starts_with("VERSION_ID=")) found.system_version = said;
  }
}

void take_one(std::optional<Package> package, FoundFile& found) {
  if (!package)
    found.is_unread = true;
  else if (!package->name.empty())
    found.packages.push_back(*std::move(package));
}

std::optional<Packages> read_rpm_database(const std::string& file, bool is_sqlite,
                                          std::uintmax_t size) {
  if (!is_sqlite)
    return size > largest_list ? std::nullopt
                               : read_rpm_packages_db(os::require_file(file, largest_list));
  const auto headers = store::foreign_column(file, "Packages", "blob");
  return headers ? read_rpm_headers(*headers) : std::nullopt;
}

// What another process has not brought into the file yet is beside it. "Packages" is of Berkeley
// DB.
void take_rpm(const std::string& file, const std::string& name, std::uintmax_t size,
              FoundFile& found) {
  constexpr std::string_view log = "-wal";
  found.is_unread = name == "Packages" || (name.ends_with(log) && size > 0);
  if (name != "rpmdb.sqlite" && name != "Packages.db") return;
  auto packages = read_rpm_database(file, name == "rpmdb.sqlite", size);
  found.is_unread = !packages;
  if (packages) found.packages = *std::move(packages);
}

FoundFile read_file(const std::string& file, const std::string& path, std::uintmax_t size) {
  FoundFile found;
  const std::string name = path.substr(path.rfind('/') + 1);
  const auto text = [&] { return os::require_file(file, largest_list); };
  if (is_like_any(path, unread_anywhere))
    found.is_unread = true;
  else if (path.starts_with("var/lib/rpm/") || path.starts_with("usr/lib/sysimage/rpm/"))
    take_rpm(file, name, size, found);
  else if (size > largest_list)
    found.is_unread = true;
  else if (path == "var/lib/dpkg/status" || path.starts_with("var/lib/dpkg/status.d/"))
    found.packages = name.ends_with(".md5sums") ? Packages{} : read_dpkg_status(text());
  else if (path.ends_with("apk/db/installed"))
    found.packages = read_apk_installed(text());
  else if (name == "os-release")
    take_system(text(), found);
  else if (name == "METADATA" || name == "PKG-INFO" || name.ends_with(".egg-info"))
    take_one(read_python_metadata(text()), found);
  else if (path.find("/conda-meta/") != std::string::npos)
    take_one(read_conda_meta(text()), found);
  else if (is_node_package(path))
    take_one(read_node_package(text()), found);
  return found;
}

// The files that count, by their paths in the image.
class Files {
 public:
  void add_layer(const std::string& archive) {
    LayerPrograms programs = programs_.read_layer(
        archive, patience, [this](const LayerEntry& entry) { replace(entry); });
    is_whole_ = programs.is_whole && is_whole_;
    add_lists(archive);
    for (auto& [path, found] : programs.files)
      files_[path] = {.packages = std::move(found.packages),
                      .system = {},
                      .system_version = {},
                      .is_unread = found.is_unread};
  }

  const std::map<std::string, FoundFile>& all() const { return files_; }
  bool is_whole() const { return is_whole_; }  // each layer could be read

 private:
  void add_lists(const std::string& archive) {
    const os::TemporaryDirectory place;
    is_whole_ = unpack(archive, place.path()) && is_whole_;
    std::map<std::string, os::EntryBelow> found;
    std::map<std::uint64_t, std::uint64_t> names;  // that are here, of each inode
    for (const os::EntryBelow& entry : os::entries_below(place.path())) {
      const std::string path = entry.path.substr(place.path().size() + 1);
      const std::string name = path.substr(path.rfind('/') + 1);
      if (name.starts_with(".wh.")) {
        remove(path, name);
      } else if (entry.is_file) {
        found[path] = entry;
        ++names[entry.inode];
      } else if (entry.is_link && name != "os-release") {
        is_whole_ = false;
      }
    }
    // A link, of whichever kind, may lead out of the layer; one whose other names are all here does
    // not.
    for (const auto& [path, entry] : found)
      if (names[entry.inode] == entry.names)
        files_[path] = read_file(entry.path, path, entry.size);
      else
        is_whole_ = false;
  }

  static bool unpack(const std::string& archive, const std::string& into) {
    os::Command command{.argv = {"tar", "--extract", "--file", archive, "--directory", into,
                                 "--no-same-owner", "--no-same-permissions", "--no-recursion",
                                 "--wildcards", "--no-wildcards-match-slash"},
                        .environment = {{"LC_ALL", "C"}},
                        .deadline = patience,
                        .is_stoppable = true};
    for (const std::string& path : read_paths)
      for (const char* start : {"", "./"}) command.argv.push_back(start + path);
    command.argv.emplace_back("--wildcards-match-slash");
    for (const auto* list : {&anywhere, &unread_anywhere})
      for (const std::string& path : *list)
        for (const char* start : {"", "./"}) command.argv.push_back(start + path);
    const os::CommandResult done = os::run(command);
    if (done.is_timed_out) throw too_slow_layer(archive, patience);
    // It complains of each pattern that matches nothing; of anything else it should not have to.
    return std::ranges::all_of(base::lines_of(done.err), [](std::string_view line) {
      return line.ends_with("Not found in archive") ||
             line.find("Exiting with failure status") != std::string_view::npos;
    });
  }

  void remove(const std::string& path, const std::string& name) {
    const std::string folder = path.substr(0, path.size() - name.size());
    const bool is_opaque = name == ".wh..wh..opq";
    const std::string gone = is_opaque ? folder.substr(0, folder.size() - (folder.empty() ? 0 : 1))
                                       : folder + name.substr(4);
    std::erase_if(files_,
                  [&](const auto& file) { return gone.empty() || is_under(file.first, gone); });
  }

  // Of lower layers; a folder that was there stays, with what lies in it.
  void replace(const LayerEntry& entry) {
    files_.erase(entry.path);
    if (entry.kind == LayerEntry::Kind::folder) return;
    const std::string folder = entry.path + "/";
    auto file = files_.lower_bound(folder);
    while (file != files_.end() && file->first.starts_with(folder)) file = files_.erase(file);
  }

  std::map<std::string, FoundFile> files_;
  ProgramReader programs_;
  bool is_whole_ = true;
};

// Package URLs (purl-spec): what is no letter, digit or one of .-_~ is written as %XX.
std::string url_part(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') ||
                          std::string_view(".-_~").find(letter) != std::string_view::npos;
    out += is_plain ? std::string(1, letter) : "%" + base::hex(std::string_view(&letter, 1));
  }
  return out;
}

// "@scope/name" of Node, a path of Go, which counts in lower case, "group:artifact" of Maven.
std::string url_name(const Package& package) {
  const bool is_of_go = package.manager == "golang";
  std::vector<std::string> parts =
      base::split(is_of_go ? base::lower_case(package.name) : package.name,
                  package.manager == "maven" ? ':' : '/');
  for (std::string& part : parts) part = url_part(part);
  return base::join(parts, "/");
}

// Managers of a system's packages have their names below the system's; others are the same
// everywhere.
std::string url_of(const Package& package, const std::string& system) {
  const bool is_of_system =
      package.manager == "deb" || package.manager == "apk" || package.manager == "rpm";
  std::string url = "pkg:" + package.manager + "/";
  if (is_of_system) url += url_part(system) + "/";
  url += url_name(package);
  if (!package.version.empty()) url += "@" + url_part(package.version);
  char mark = '?';
  for (const auto& [key, text] : package.more) {
    url += mark + key + "=" + url_part(text);
    mark = '&';
  }
  return url;
}

}  // namespace

BillOfMaterials bill_of(const PulledImage& image, const ImagePart& part) {
  Files files;
  base::while_doing("looking into the image sha256:" + part.sha256, {}, [&] {
    for (const artifacts::Blob& layer : part.manifest.layers)
      files.add_layer(image.blob_path(layer.sha256));
  });
  BillOfMaterials bill;
  bill.has_unread = !files.is_whole();
  for (const auto& [path, file] : files.all()) {
    bill.has_unread = bill.has_unread || file.is_unread;
    bill.packages.insert(bill.packages.end(), file.packages.begin(), file.packages.end());
    if (file.system.empty()) continue;
    bill.system = file.system;
    bill.system_version = file.system_version;
  }
  std::ranges::sort(bill.packages);
  const auto twice = std::ranges::unique(bill.packages);
  bill.packages.erase(twice.begin(), twice.end());
  return bill;
}

std::string write_cyclonedx(const BillOfMaterials& bill, const std::string& name,
                            const std::string& sha256) {
  List components;
  if (!bill.system.empty())
    components.emplace_back(Dict{
        {"type", "operating-system"}, {"name", bill.system}, {"version", bill.system_version}});
  for (const Package& package : bill.packages) {
    const std::string url = url_of(package, bill.system);
    components.emplace_back(Dict{{"type", "library"},
                                 {"bom-ref", url},
                                 {"name", package.name},
                                 {"version", package.version},
                                 {"purl", url}});
  }
  const Value packages_read(
      Dict{{"name", "provisioner:complete"}, {"value", bill.has_unread ? "false" : "true"}});
  const Dict about{{"component", Dict{{"type", "container"},
                                      {"bom-ref", "image"},
                                      {"name", name},
                                      {"version", "sha256:" + sha256}}},
                   {"properties", List{packages_read}}};
  return value::write_json(Value(Dict{{"bomFormat", "CycloneDX"},
                                      {"specVersion", "1.5"},
                                      {"version", 1},
                                      {"metadata", about},
                                      {"components", std::move(components)}}),
                           {.ascii_only = false, .compact = true}) +
         "\n";
}

}  // namespace provisioner::registry
