// File systems on a node's own disks.

#include "provisioner/language/inventory/check_local_disks.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/one_line.h"

namespace provisioner::inventory {
namespace {

using value::Value;

// XFS has twelve bytes for a label, and "site-" is in each.
constexpr std::size_t longest_name = 7;

constexpr std::array<std::string_view, 18> of_the_system = {
    "/",     "/bin",  "/boot", "/dev",  "/etc", "/lib", "/lib32", "/lib64", "/libx32",
    "/proc", "/root", "/run",  "/sbin", "/sys", "/tmp", "/usr",   "/var",   "/var/lib"};

// Below these nothing is a site's, either.
constexpr std::array<std::string_view, 13> wholly_of_the_system = {
    "/bin/",  "/boot/", "/dev/", "/etc/",  "/lib/", "/lib32/", "/lib64/",
    "/proc/", "/root/", "/run/", "/sbin/", "/sys/", "/usr/"};

bool is_label_part(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  });
}

std::string without_end(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// One way to write it, which is also the name of its unit (systemd.unit(5), "String Escaping").
bool is_plain_path(const std::string& path) {
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return path == "/";
    begin = end + 1;
  }
  return std::ranges::all_of(path, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '/' || letter == '.' || letter == '-' ||
           letter == '_';
  });
}

bool is_of_the_system(const std::string& place) {
  return std::ranges::find(of_the_system, place) != of_the_system.end() ||
         std::ranges::any_of(wholly_of_the_system,
                             [&](std::string_view above) { return place.starts_with(above); });
}

const Value* disk_named(const std::vector<Value>& disks, const std::string& name) {
  const auto found = std::ranges::find_if(disks, [&](const Value& disk) {
    const auto known = known_text(disk, "name");
    return known && known->text == name;
  });
  return found == disks.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const std::vector<Value>& disks) {
  std::vector<std::string> names;
  for (const Value& disk : disks)
    if (const auto name = known_text(disk, "name")) names.push_back(name->text);
  return names;
}

class LocalDisks {
 public:
  LocalDisks(const CheckedNode& node, NodeFindings& findings)
      : findings_(findings),
        disks_(known_items(node.key("disks"))),
        has_all_disks_(is_whole_list(node.key("disks"), "name")) {
    for (const Value& mount : known_items(node.member("storage", "mounts")))
      if (const auto path = known_text(mount, "path")) taken_.push_back(without_end(path->text));
  }

  void check(const Value& local) {
    if (const auto name = known_text(local, "disk")) {
      if (const Value* disk = disk_named(disks_, name->text))
        check_disk(local, *name, *disk);
      else if (has_all_disks_)
        findings_.add({"local disk", "there is no disk '" + name->text + "' in 'disks'", name->pos,
                       base::suggestion(name->text, names_of(disks_))});
    }
    if (const auto path = known_text(local, "path")) check_path(*path);
    if (const auto options = known_text(local, "options")) check_options(*options);
  }

 private:
  void check_disk(const Value& local, const KnownText& name, const Value& disk) {
    if (const auto use = known_text(disk, "use"); !use || use->text != "data")
      findings_.add({"local disk use",
                     "disk '" + name.text + "' is " +
                         (use ? "for '" + use->text + "'" : "for nothing that is said") +
                         ", and only one with 'use: data' gets a file system of its own",
                     name.pos});
    const auto serial = known_text(disk, "serial"), wwn = known_text(disk, "wwn");
    if (disk.find("serial") == nullptr && disk.find("wwn") == nullptr)
      findings_.add({"local disk identity",
                     "disk '" + name.text +
                         "' has neither serial nor wwn, and what is written "
                         "to has to say itself which it is",
                     name.pos});
    if (!is_label_part(name.text))
      findings_.add({"local disk label",
                     "a disk with a file system of its own is called by at most " +
                         std::to_string(longest_name) +
                         " small letters, digits and dashes, found '" + name.text +
                         "': its label is 'site-NAME'",
                     name.pos});
    const auto erase = known_text(local, "erase");
    if (erase && !(serial && serial->text == erase->text) && !(wwn && wwn->text == erase->text))
      findings_.add({"local disk erase",
                     "'erase' is the serial number or WWN of the disk whose contents may be lost, "
                     "and '" +
                         name.text + "' has not '" + erase->text + "'",
                     erase->pos});
  }

  void check_path(const KnownText& path) {
    const std::string place = without_end(path.text);
    if (!is_plain_path(place))
      findings_.add({"local disk path",
                     "a path that a disk is mounted at has letters, digits, '.', '-' and '_' "
                     "between its slashes, and neither '.' nor '..', found '" +
                         path.text + "'",
                     path.pos});
    else if (is_of_the_system(place))
      findings_.add({"local disk path",
                     "a file system on '" + place + "' would hide what the system has there",
                     path.pos});
    if (std::ranges::find(taken_, place) != taken_.end())
      findings_.add({"local disk path", "two file systems are for '" + place + "'", path.pos});
    taken_.push_back(place);
  }

  // They are one line of a unit.
  void check_options(const KnownText& options) {
    const bool is_plain = std::ranges::all_of(
        options.text, [](unsigned char letter) { return std::isgraph(letter) != 0; });
    if (!is_plain)
      findings_.add({"local disk options",
                     "options of a mount have commas between them and neither blanks nor line "
                     "ends, found '" +
                         base::one_line(options.text) + "'",
                     options.pos});
  }

  NodeFindings& findings_;
  std::vector<Value> disks_;
  bool has_all_disks_;
  std::vector<std::string> taken_;
};

}  // namespace

void check_local_disks(const CheckedNode& node, NodeFindings& findings) {
  LocalDisks disks(node, findings);
  for (const Value& local : known_items(node.member("storage", "local"))) disks.check(local);
}

}  // namespace provisioner::inventory
