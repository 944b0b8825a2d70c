// provisioner image build, import, list, show, verify, gc.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/mib_text.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/machine/image/build_image.h"
#include "provisioner/machine/image/image_check.h"
#include "provisioner/machine/image/image_definition.h"
#include "provisioner/machine/image/import_image.h"
#include "provisioner/machine/image/ramdisk.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  std::string name, version, file, store;
  bool is_locked = false, is_json = false;
};

image::Store store_of(const Words& words) { return image::Store::open(words.store); }

std::uint64_t stored_bytes(const image::StoredImage& image) {
  std::uint64_t bytes = 0;
  for (const chunk::Chunk& chunk : image.manifest.chunks) bytes += chunk.file_size;
  return bytes;
}

Value summary(const image::StoredImage& image) {
  return Value(Dict{{"name", image.manifest.name},
                    {"version", image.manifest.version},
                    {"size", static_cast<std::int64_t>(image.manifest.size)},
                    {"stored", static_cast<std::int64_t>(stored_bytes(image))},
                    {"made", image.made},
                    {"manifest", image.digest},
                    {"kernel", image.boot.kernel},
                    {"ram_disk", image.boot.ram_disk}});
}

void show_summary(const image::StoredImage& image) {
  std::cout << "image     " << image.manifest.name << " " << image.manifest.version << "\n"
            << "made      " << base::one_line(image.made) << "\n"
            << "size      " << mib_text(image.manifest.size) << ", "
            << mib_text(stored_bytes(image)) << " as stored\n"
            << "manifest  " << image.digest << "\n";
  if (image.boot.ram_disk.empty()) {
    std::cout << "RAM disk  that of another image: this one was imported\n";
    return;
  }
  std::cout << "kernel    " << image.boot.kernel << "\n"
            << "RAM disk  " << image.boot.ram_disk << "\n";
}

int build(const Words& words) {
  image::require_names(words.name, words.version);
  const std::string directory = image::definition_directory(words.name);
  base::Diagnostics diagnostics;
  const image::Definition definition = image::read_definition(directory, diagnostics);
  if (diagnostics.has_errors()) {
    std::cerr << diagnostics.render(", nothing was built") << "\n";
    return exit_usage;
  }
  const image::Store store = image::Store::make(words.store);
  image::BuildOptions options{
      .locked_by = {}, .version = words.version, .agent = image::deploy_agent()};
  if (words.is_locked) {
    options.locked_by = os::join_path(directory, "packages.lock");
    if (!os::is_file(options.locked_by)) options.locked_by = store.lock_path(words.name);
  }
  const image::BuiltImage built = image::build_image(definition, store, options, say);
  if (words.is_json) {
    print_json(summary(built.image));
    return exit_fine;
  }
  show_summary(built.image);
  std::cout << "          " << mib_text(built.ram_disk_bytes) << "\n"
            << "packages  " << built.image.manifest.packages.size() << ", locked in "
            << store.lock_path(words.name) << "\n";
  return exit_fine;
}

int import(const Words& words) {
  image::require_names(words.name, words.version);
  if (!os::open_regular_file(words.file).is_open())
    throw Error(Kind::usage, "there is no file '" + words.file + "'");
  const image::StoredImage imported = image::import_image(
      image::Store::make(words.store), words.file, words.name, words.version, say);
  if (words.is_json)
    print_json(summary(imported));
  else
    show_summary(imported);
  return exit_fine;
}

// One of a listing, or why it cannot be read.
struct Listed {
  std::string name, version;
  std::optional<image::StoredImage> image;
  std::string damage;
  std::string made() const { return image ? image->made : ""; }
};

// With its place: an error of JSON does not name the file otherwise.
std::string text_of(const Error& error) {
  const std::string place = error.pos().text();
  return (place.empty() ? "" : place + ": ") + error.message();
}

Listed listed(const image::Store& store, const std::string& name, const std::string& version) {
  try {
    return {name, version, store.image(name, version), ""};
  } catch (const Error& error) {
    return {name, version, {}, text_of(error)};
  }
}

// The standard directory is not there before the first image.
std::vector<Listed> images_of(const Words& words) {
  std::vector<Listed> images;
  if (words.store.empty() && !image::Store::is_there({})) return images;
  const image::Store store = store_of(words);
  for (const std::string& name : store.names())
    for (const std::string& version : store.versions(name))
      images.push_back(listed(store, name, version));
  std::ranges::sort(images, {}, [](const Listed& one) { return std::pair(one.name, one.made()); });
  return images;
}

Value summary(const Listed& one) {
  if (one.image) return summary(*one.image);
  return Value(Dict{{"name", one.name}, {"version", one.version}, {"damage", one.damage}});
}

int list(const Words& words) {
  const std::vector<Listed> images = images_of(words);
  if (words.is_json) {
    List items;
    for (const Listed& one : images) items.push_back(summary(one));
    print_json(Value(std::move(items)));
    return exit_fine;
  }
  if (images.empty()) {
    std::cout << "there are no images; make one: provisioner image build debian-12\n";
    return exit_fine;
  }
  Table table({"NAME", "VERSION", "SIZE", "STORED", "MADE", "MANIFEST"});
  for (const auto& [name, version, image, damage] : images)
    if (image)
      table.add({name, version, mib_text(image->manifest.size), mib_text(stored_bytes(*image)),
                 image->made, image->digest.substr(0, 16)});
    else
      table.add({name, version, "-", "-", "-", "damaged: " + damage});
  table.print(std::cout);
  return exit_fine;
}

int show(const Words& words) {
  const image::Store store = store_of(words);
  const image::StoredImage image = store.image(words.name, words.version);
  const std::vector<chunk::Package>& packages = image.manifest.packages;
  if (words.is_json) {
    List items;
    for (const chunk::Package& package : packages)
      items.emplace_back(Dict{{"name", package.name},
                              {"version", package.version},
                              {"architecture", package.architecture}});
    Dict said = summary(image).dict();
    said.set("public_key", base::hex(store.public_key()));
    said.set("packages", std::move(items));
    print_json(Value(std::move(said)));
    return exit_fine;
  }
  show_summary(image);
  std::cout << "key       " << base::hex(store.public_key()) << "\n";
  Table table({"PACKAGE", "VERSION"});
  for (const chunk::Package& package : packages) table.add({package.name, package.version});
  if (!packages.empty()) table.print(std::cout);
  return exit_fine;
}

// What is wrong with one image, and what helps.
struct Verdict {
  std::string name, version;
  std::vector<std::string> damages;
  std::string hint;
};

constexpr const char* keep_anew =
    "build it from its lock, or import it: what is damaged is kept anew";

// Whose signature is wrong is damaged too; the others are looked at all the same.
Verdict verdict(const image::Store& store, const std::string& name, const std::string& version) {
  try {
    return {name, version, image::damages(store, store.image(name, version)), keep_anew};
  } catch (const Error& error) {
    return {name, version, {text_of(error)}, error.hint().empty() ? keep_anew : error.hint()};
  }
}

std::vector<Verdict> verdicts(const image::Store& store, const Words& words) {
  const auto is_meant = [&](const std::string& name, const std::string& version) {
    return (words.name.empty() || words.name == name) &&
           (words.version.empty() || words.version == version);
  };
  std::vector<Verdict> found;
  for (const std::string& name : store.names())
    for (const std::string& version : store.versions(name))
      if (is_meant(name, version)) found.push_back(verdict(store, name, version));
  for (const image::LostManifest& lost : image::lost_manifests(store))
    if (is_meant(lost.name, lost.version))
      found.push_back({lost.name, lost.version, {"its manifest is gone"}, lost.hint()});
  // Of none that is named it tells which there are.
  if (found.empty() && !(words.name.empty() && words.version.empty()))
    store.image(words.name, words.version);
  return found;
}

Value to_value(const Verdict& one) {
  List damages;
  for (const std::string& damage : one.damages) damages.emplace_back(damage);
  return Value(Dict{{"name", one.name}, {"version", one.version}, {"damages", std::move(damages)}});
}

void show(const Verdict& one) {
  const std::string whose = one.name + " " + one.version + ": ";
  for (const std::string& damage : one.damages) std::cout << base::one_line(whose + damage) << "\n";
  if (one.damages.empty()) std::cout << base::one_line(whose + "all is as it was signed") << "\n";
}

int verify(const Words& words) {
  const image::Store store = store_of(words);
  List items;
  std::set<std::string> hints;
  for (const Verdict& one : verdicts(store, words)) {
    if (!one.damages.empty()) hints.insert(one.hint);
    if (words.is_json)
      items.push_back(to_value(one));
    else
      show(one);
  }
  if (words.is_json) print_json(Value(std::move(items)));
  for (const std::string& hint : hints) say("hint: " + base::escape_for_terminal(hint));
  return hints.empty() ? exit_fine : exit_not_so;
}

int gc(const Words& words) {
  const image::Garbage garbage = image::collect_garbage(store_of(words));
  if (words.is_json)
    print_json(Value(Dict{{"files", static_cast<std::int64_t>(garbage.files)},
                          {"bytes", static_cast<std::int64_t>(garbage.bytes)}}));
  else
    std::cout << "removed " << garbage.files << " files, " << mib_text(garbage.bytes) << "\n";
  return exit_fine;
}

}  // namespace

void add_image(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = add_command(command, action, words, name, summary, run);
    add_image_folder(*added, words->store);
    added->add_flag("--json", words->is_json, "as JSON");
    return added;
  };
  const auto add_version = [&](CLI::App* added, const char* help) {
    added->add_option("--version", words->version, help);
  };
  CLI::App* built = add("build", "make an image of its definition, images/NAME/image.yml", build);
  built->add_option("name", words->name, "the folder's name")->required();
  built->add_flag("--locked", words->is_locked, "from the packages of the last build's lock");
  add_version(built, "what it is called (the day, and a number)");
  CLI::App* imported = add("import", "take a disk that somebody else has made", import);
  imported->add_option("file", words->file, "raw or qcow2, with a GUID partition table")
      ->required();
  imported->add_option("--name", words->name, "what it is called here")->required();
  add_version(imported, "what it is called (the day, and a number)");
  add("list", "the images that there are", list);
  CLI::App* shown = add("show", "one image, with its packages", show);
  shown->add_option("name", words->name, "its name")->required();
  add_version(shown, "which one (the last that was made)");
  CLI::App* verified = add("verify", "check signatures and all chunks", verify);
  verified->add_option("name", words->name, "its name (all)");
  add_version(verified, "which one (all)");
  add("gc", "remove what no image needs any more", gc);
}

}  // namespace provisioner::cli
