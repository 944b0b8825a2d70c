#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/package.h"

namespace provisioner::registry {

// More of them are in no list that is one: what follows is not read.
constexpr std::size_t most_packages = 100'000;

// What package managers keep of what is installed.
FoundPackages read_dpkg_status(const std::string& text);
FoundPackages read_apk_installed(const std::string& text);
// Of one package each; nullopt where the file does not say what package it is of.
std::optional<Package> read_python_metadata(const std::string& text);  // METADATA, PKG-INFO
std::optional<Package> read_conda_meta(const std::string& text);       // conda-meta/*.json
std::optional<Package> read_node_package(const std::string& text);     // package.json

// The headers of an RPM database, without the magic number before each (rpm's doc/manual/hdr).
// Nullopt where one of them is damaged, or where they are too many.
std::optional<std::vector<Package>> read_rpm_headers(const std::vector<std::string>& headers);
// A "Packages.db", the kind of database that rpm calls ndb. Nullopt where it is none, or damaged.
std::optional<std::vector<Package>> read_rpm_packages_db(const std::string& file);

}  // namespace provisioner::registry
