// images/NAME/image.yml, strictly.

#include "provisioner/machine/image/image_definition.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/content.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/known_keys.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::int64_t smallest_root = 64, largest_root = 1 << 20;  // MiB

bool consists_of(std::string_view text, std::string_view more) {
  return !text.empty() && std::ranges::all_of(text, [&](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || more.find(letter) != std::string_view::npos;
  });
}

// Debian policy 5.6.1.
bool is_package(std::string_view text) {
  return consists_of(text, "+-.") && text == base::lower_case(text) && text.front() != '-' &&
         text.front() != '.' && text.front() != '+';
}

bool is_unit(std::string_view text) {
  return consists_of(text, ":-_.\\@") && text.find('.') != std::string_view::npos &&
         text.front() != '-' && text.front() != '.';
}

bool is_suite(std::string_view text) { return consists_of(text, "-.") && text.front() != '-'; }

bool is_mirror(std::string_view text) {
  return (text.starts_with("http://") || text.starts_with("https://") ||
          text.starts_with("file:/")) &&
         consists_of(text, ":/.-_~%+@");
}

// It stands in a line of GRUB's configuration, where quotes, $, ;, {} and the like mean something.
bool is_kernel_argument(std::string_view text) { return consists_of(text, "_-.,=:/+@%~"); }

bool is_clean_path(const std::string& path) {
  return path.starts_with('/') && path != "/" && os::absolute(path) == path &&
         path.find('\n') == std::string::npos;
}

class Reader {
 public:
  Reader(const Value& whole, base::Diagnostics& diagnostics)
      : whole_(whole), diagnostics_(diagnostics) {}

  void read(Definition& definition) {
    check_keys(whole_, {"name", "suite", "mirror", "kernel", "packages", "root_mib",
                        "kernel_arguments", "services", "files"});
    const std::string folder = definition.name;
    take(whole_, "name", definition.name, true, [&](auto text) { return text == folder; },
         "the name of its folder, '" + folder + "'");
    take(whole_, "suite", definition.suite, true, is_suite, "a release, like 'bookworm'");
    take(whole_, "mirror", definition.mirror, false, is_mirror, "an http, https or file URL");
    take(whole_, "kernel", definition.kernel, true, is_package, "the name of a package");
    take_list(whole_, "packages", definition.packages, is_package, "the name of a package");
    take_list(whole_, "kernel_arguments", definition.kernel_arguments, is_kernel_argument,
              "a kernel argument without blanks and quotes");
    take_size(definition.root_mib);
    if (const Value* services = whole_.find("services")) {
      check_keys(*services, {"mask", "enable"});
      take_list(*services, "mask", definition.masked, is_unit, "a unit, like 'apt-daily.timer'");
      take_list(*services, "enable", definition.enabled, is_unit, "a unit, like 'ssh.service'");
    }
    if (const Value* files = whole_.find("files")) take_files(*files, definition.files);
  }

 private:
  using Test = std::function<bool(std::string_view)>;

  void add(const std::string& message, const base::Pos& pos, const std::string& hint = {}) {
    diagnostics_.add(Error(Kind::input, message, pos).set_hint(hint));
  }

  bool check_keys(const Value& dict, const std::vector<std::string>& known) {
    return value::check_keys(dict, known, diagnostics_);
  }

  void take_text(const Value& found, std::string& into, const Test& is_good,
                 const std::string& expected) {
    if (!found.is_string())
      return add("expected " + expected + ", found " + std::string(name_of(found.kind())),
                 found.pos(), "put it in quotes if it is meant as text");
    if (!is_good(found.text()))
      return add("expected " + expected + ", found '" + found.text() + "'", found.pos());
    into = found.text();
  }

  void take(const Value& dict, const char* key, std::string& into, bool is_needed,
            const Test& is_good, const std::string& expected) {
    const Value* found = dict.find(key);
    if (found != nullptr) return take_text(*found, into, is_good, expected);
    if (is_needed) add("'" + std::string(key) + "' is missing: " + expected, dict.pos());
  }

  void take_list(const Value& dict, const char* key, std::vector<std::string>& into,
                 const Test& is_good, const std::string& expected) {
    const Value* found = dict.find(key);
    if (found == nullptr) return;
    if (!found->is_list())
      return add("'" + std::string(key) + "' is a list, found " +
                     std::string(name_of(found->kind())),
                 found->pos());
    for (const Value& item : found->list()) {
      std::string text;
      take_text(item, text, is_good, expected);
      if (!text.empty() && std::ranges::find(into, text) != into.end())
        add("'" + text + "' stands here twice", item.pos());
      into.push_back(std::move(text));
    }
  }

  void take_size(std::uint64_t& into) {
    const Value* found = whole_.find("root_mib");
    if (found == nullptr)
      return add("'root_mib' is missing: the size of the root file system in MiB", whole_.pos());
    if (!found->is_integer() || found->integer() < smallest_root ||
        found->integer() > largest_root)
      return add("'root_mib' is a number from " + std::to_string(smallest_root) + " to " +
                     std::to_string(largest_root),
                 found->pos());
    into = static_cast<std::uint64_t>(found->integer());
  }

  void take_mode(const Value& dict, mode_t& into) {
    const Value* found = dict.find("mode");
    if (found == nullptr) return;
    if (found->is_string()) {
      const std::string& text = found->text();
      unsigned mode = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
      if (read.ec == std::errc() && read.ptr == text.data() + text.size() && text.size() == 4) {
        into = mode;
        return;
      }
    }
    add("'mode' is four octal digits in quotes, like '0644'", found->pos());
  }

  void take_files(const Value& files, std::vector<DefinedFile>& into) {
    if (!files.is_list()) return add("'files' is a list", files.pos());
    for (const Value& item : files.list()) {
      if (!check_keys(item, {"path", "mode", "content", "link"})) continue;
      DefinedFile file;
      take(item, "path", file.path, true,
           [](std::string_view text) { return is_clean_path(std::string(text)); },
           "a path from the root, without '.' and '..'");
      const auto any = [](std::string_view) { return true; };
      take(item, "content", file.content, false, any, "a text");
      take(item, "link", file.link, false, [](std::string_view text) { return !text.empty(); },
           "what the link says");
      take_mode(item, file.mode);
      const bool is_link = item.find("link") != nullptr;
      if (is_link == (item.find("content") != nullptr))
        add("a file has either 'content' or 'link'", item.pos());
      if (is_link && item.find("mode") != nullptr) add("a link has no mode", item.pos());
      into.push_back(std::move(file));
    }
  }

  const Value& whole_;
  base::Diagnostics& diagnostics_;
};

bool is_folder_of_image(const std::string& path) { return os::is_file(path + "/image.yml"); }

// Where folders of images are looked for, in this order.
std::vector<std::string> image_folders() {
  std::vector<std::string> folders = {os::absolute("images")};
  for (std::string& folder : os::content_places("images")) folders.push_back(std::move(folder));
  return folders;
}

}  // namespace

Definition read_definition(const std::string& directory, base::Diagnostics& diagnostics) {
  const std::string path = os::join_path(directory, "image.yml");
  Definition definition;
  definition.text = os::require_file(path);
  definition.name = os::absolute(directory);
  definition.name.erase(0, definition.name.rfind('/') + 1);
  base::Diagnostics found;
  const Value whole = value::read_yaml(base::register_source(path, definition.text), found);
  for (const Error& error : found.errors()) diagnostics.add(error);
  for (const Error& warning : found.warnings()) diagnostics.add(warning);
  if (!whole.is_dict()) {
    diagnostics.add(Error(Kind::input, "'" + path + "' holds no keys with values"));
    return definition;
  }
  Reader(whole, diagnostics).read(definition);
  return definition;
}

std::string definition_directory(const std::string& name) {
  std::vector<std::string> names;
  for (const std::string& folder : image_folders()) {
    if (name.find('/') == std::string::npos && is_folder_of_image(os::join_path(folder, name)))
      return os::join_path(folder, name);
    if (os::is_directory(folder))
      for (const std::string& entry : os::entries(folder))
        if (is_folder_of_image(os::join_path(folder, entry)) &&
            std::ranges::find(names, entry) == names.end())
          names.push_back(entry);
  }
  const std::string hint = base::suggestion(name, names);
  throw Error(Kind::usage, "there is no image '" + name + "': no folder 'images/" + name +
                               "' with an 'image.yml' in it")
      .set_hint(!hint.empty() || names.empty() ? hint : "there are: " + base::join(names, ", "));
}

}  // namespace provisioner::image
