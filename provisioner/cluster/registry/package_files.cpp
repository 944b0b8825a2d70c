// Files of an image that tell of packages, by where they lie.

#include "provisioner/cluster/registry/package_files.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "provisioner/base/base/text.h"
#include "provisioner/base/store/foreign_table.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/java_archive.h"
#include "provisioner/cluster/registry/layer_programs.h"
#include "provisioner/cluster/registry/package_lists.h"

namespace provisioner::registry {
namespace {

using Packages = std::vector<Package>;

constexpr std::uint64_t largest_database = 1 << 30;  // bytes, of what has to lie in a file
constexpr std::uint64_t own_size = 200;              // bytes of a package beside its words

// Where managers keep what is installed, and what tells the system: the first that a path is like.
// "*" is for no "/", but in what begins with it, which lies in whatever folder.
const std::vector<std::pair<std::string, Manager>> lists = {
    {"*/specifications/*.gemspec", Manager::unread},
    {"*/composer/installed.json", Manager::unread},
    {"*/opkg/status", Manager::unread},
    {"*/library/*/DESCRIPTION", Manager::unread},
    {"var/lib/pacman/local/*/desc", Manager::unread},
    {"var/lib/rpm/*", Manager::rpm},
    {"usr/lib/sysimage/rpm/*", Manager::rpm},
    {"var/lib/dpkg/status", Manager::dpkg},
    {"var/lib/dpkg/status.d/*", Manager::dpkg},
    {"lib/apk/db/installed", Manager::apk},
    {"usr/lib/apk/db/installed", Manager::apk},
    {"etc/os-release", Manager::system},
    {"usr/lib/os-release", Manager::system},
    {"*.dist-info/METADATA", Manager::python},
    {"*.egg-info/PKG-INFO", Manager::python},
    {"*.egg-info", Manager::python},
    {"*/conda-meta/*.json", Manager::conda},
    {"*/node_modules/*/package.json", Manager::node}};

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

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

// "Packages" is of Berkeley DB; what another process has not brought into a database yet is beside
// it.
bool is_of_rpm(const std::string& name) {
  return name == "rpmdb.sqlite" || name == "Packages.db" || name == "Packages" ||
         name.ends_with("-wal");
}

// Where lists lie is more that is none.
bool is_list(Manager manager, const std::string& path) {
  switch (manager) {
    case Manager::dpkg:
      return !path.ends_with(".md5sums");
    case Manager::rpm:
      return is_of_rpm(file_name(path));
    case Manager::node:
      return is_node_package(path);
    default:
      return true;
  }
}

// Bytes. What is read of JSON takes many times as much.
std::size_t largest_list(Manager manager) {
  switch (manager) {
    case Manager::system:
      return 1 << 20;
    case Manager::conda:
    case Manager::node:
      return 16 << 20;
    default:
      return 64 << 20;
  }
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

void take_all(FoundPackages read, FoundFile& found) {
  found.packages = std::move(read.packages);
  found.is_unread = read.is_unread;
}

void take_text(const std::string& text, FoundFile& found) {
  switch (*found.manager) {
    case Manager::dpkg:
      return take_all(read_dpkg_status(text), found);
    case Manager::apk:
      return take_all(read_apk_installed(text), found);
    case Manager::system:
      return take_system(text, found);
    case Manager::python:
      return take_one(read_python_metadata(text), found);
    case Manager::conda:
      return take_one(read_conda_meta(text), found);
    case Manager::node:
      return take_one(read_node_package(text), found);
    case Manager::unread:
    case Manager::rpm:
    case Manager::java:
      return;
  }
}

std::optional<Packages> read_rpm_database(const LayerEntry& entry, LayerStream& layer,
                                          LayerShelf& shelf) {
  constexpr std::size_t largest = 64 << 20;  // bytes, of what is held
  if (!entry.path.ends_with(".sqlite"))
    return entry.size > largest ? std::nullopt : read_rpm_packages_db(layer.read(largest));
  if (entry.size > largest_database) return std::nullopt;
  shelf.put(layer);
  const auto headers = store::foreign_column(shelf.path(), "Packages", "blob");
  return headers ? read_rpm_headers(*headers) : std::nullopt;
}

void take_rpm(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf, FoundFile& found) {
  const std::string name = file_name(entry.path);
  found.is_unread = name == "Packages" || (name.ends_with("-wal") && entry.size > 0);
  if (name != "rpmdb.sqlite" && name != "Packages.db") return;
  auto packages = read_rpm_database(entry, layer, shelf);
  found.is_unread = !packages;
  if (packages) found.packages = *std::move(packages);
}

}  // namespace

std::uint64_t FoundFile::memory() const {
  std::uint64_t size = own_size + system.size() + system_version.size();
  for (const Package& package : packages) {
    size += own_size + package.name.size() + package.version.size();
    for (const auto& [key, text] : package.more) size += own_size + text.size();
  }
  return size;
}

std::optional<Manager> manager_of(const std::string& path) {
  const std::string whole = "/" + path;
  const auto folders = std::ranges::count(path, '/');
  const auto found = std::ranges::find_if(lists, [&](const auto& list) {
    const auto& [form, manager] = list;
    if (form.starts_with('*')) return is_like(whole, form);
    return std::ranges::count(form, '/') == folders && is_like(path, form);
  });
  if (found == lists.end())
    return is_java_archive(path) ? std::optional(Manager::java) : std::nullopt;
  return is_list(found->second, path) ? std::optional(found->second) : std::nullopt;
}

FoundFile read_file(const LayerEntry& entry, LayerStream& layer, LayerShelf& shelf) {
  const auto manager = manager_of(entry.path);
  FoundFile found{.manager = manager};
  if (!manager || manager == Manager::java) {
    take_all(read_program(entry, layer, shelf), found);
  } else if (manager == Manager::rpm) {
    take_rpm(entry, layer, shelf, found);
  } else {
    const std::size_t largest = largest_list(*manager);
    found.is_unread = manager == Manager::unread || entry.size > largest;
    if (!found.is_unread) take_text(layer.read(largest), found);
  }
  return found;
}

}  // namespace provisioner::registry
