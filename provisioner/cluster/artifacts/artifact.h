#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/source.h"

namespace provisioner::artifacts {

enum class Kind : std::uint8_t { binary, package, image, chart, file };
std::string_view name_of(Kind kind);
std::optional<Kind> kind_named(std::string_view name);

// Where the bytes come from.
struct Origin {
  enum class Scheme : std::uint8_t {
    url,       // "https://HOST/..." or "http://HOST/..."; "#MEMBER": a file of the archive there
    file,      // "file:PATH": the file, or a folder that holds it under the artefact's file name;
               // "#MEMBER" as well
    registry,  // "oci://HOST/REPOSITORY:TAG" or "...@sha256:DIGEST"
    recipe,    // "build:RECIPE/OUTPUT": a file that the recipe makes
  };
  Scheme scheme = Scheme::url;
  std::string text;  // as it was written
  std::string rest;  // what follows the scheme; of a URL all of it; without the member
  std::string member = {};  // of an archive; "": it is no archive, or meant whole
};
std::optional<Origin> read_origin(std::string_view text);

// What a site wants. Name and version together are unique.
struct Wanted {
  std::string name, version;
  Kind kind = Kind::file;
  Origin from;
  std::string sha256 = {};  // what its makers say it is; "" where they say nothing
  std::string image = {};   // of an image: the name that pods use, "registry.k8s.io/pause:3.10.1"
  base::Pos pos = {};
};

// What it is, exactly. Of an image `sha256` is its manifest's and `size` counts the manifest with
// all that it names; of anything else they are the file's. Bytes.
struct Locked {
  std::string name, version;
  Kind kind = Kind::file;
  std::string from;
  std::string sha256;
  std::uint64_t size = 0;
  std::string image = {};
};

std::string called(const Wanted& wanted);  // "kubelet v1.34.4": for people
std::string called(const Locked& locked);

}  // namespace provisioner::artifacts
