#pragma once

#include <filesystem>
#include <string>

#include "provisioner/base/os/files.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::inventory {

// A folder of files, the current one while this lives, and what loading its hosts* files gives.
class Loaded {
 public:
  Loaded() { std::filesystem::current_path(folder_.path()); }
  ~Loaded() { std::filesystem::current_path("/"); }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  Loaded& file(const std::string& name, const std::string& text) {
    if (name.find('/') != std::string::npos) os::make_directories(os::parent_of(name));
    os::write_file(name, text);
    return *this;
  }

  Inventory load() {
    Sources sources;
    for (const std::string& name : os::entries("."))
      if (name.starts_with("hosts")) sources.inputs.push_back(name);
    if (os::is_directory("play")) sources.playbook_directory = "play";
    return Inventory::load(sources, {}, diagnostics);
  }

  std::string told() const {
    std::string text;
    for (const base::Error& warning : diagnostics.warnings())
      text += warning.render("warning") + "\n";
    return text + diagnostics.render();
  }

  base::Diagnostics diagnostics;

 private:
  os::TemporaryDirectory folder_;
};

}  // namespace provisioner::inventory
