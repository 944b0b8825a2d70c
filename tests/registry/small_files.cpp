#include "tests/registry/small_files.h"

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::tests {
namespace {

// What frames the modules (Go's cmd/go/internal/modload, infoStart and infoEnd).
constexpr const char* frame_begin = "3077af0c9274080241e1c107e6d618e6";
constexpr const char* frame_end = "f932433186182072008242104116d8f2";

// A length as encoding/binary's Uvarint has it, and the text.
std::string with_length(const std::string& text) {
  std::string bytes;
  std::size_t left = text.size();
  for (; left >= 0x80; left >>= 7U) bytes += static_cast<char>((left & 0x7fU) | 0x80U);
  return bytes + static_cast<char>(left) + text;
}

}  // namespace

void write_files(const std::string& folder, const FileTexts& files) {
  for (const auto& [path, text] : files) {
    os::make_directories(os::parent_of(folder + "/" + path));
    os::write_file(folder + "/" + path, text);
  }
}

std::string go_information(const std::string& version, const std::string& modules) {
  const std::string header = std::string("\xff Go buildinf:") + '\x08' + '\x02';
  const std::string framed =
      modules.empty() ? "" : base::unhex(frame_begin) + modules + base::unhex(frame_end);
  return header + std::string(16, '\0') + with_length(version) + with_length(framed);
}

std::string program_with(const std::string& bytes) {
  return "\177ELF" + std::string(60, '\2') + bytes;
}

std::string zip_of(const FileTexts& files, const std::string& method) {
  const os::TemporaryDirectory place;
  write_files(place.path() + "/files", files);
  constexpr const char* script =
      "import sys, zipfile\n"
      "with zipfile.ZipFile(sys.argv[1], 'w', getattr(zipfile, sys.argv[2])) as archive:\n"
      "    for name in sys.argv[3:]: archive.write(name)\n";
  os::Command command{.argv = {"python3", "-c", script, place.path() + "/archive", method},
                      .directory = place.path() + "/files"};
  for (const auto& [path, text] : files) command.argv.push_back(path);
  os::run_checked(command);
  return os::require_file(place.path() + "/archive");
}

std::string tar_of(const FileTexts& files, const std::vector<std::string>& options) {
  const os::TemporaryDirectory place;
  write_files(place.path(), files);
  os::Command command{.argv = {"tar", "--create", "--directory", place.path(), "--file", "-"}};
  command.argv.insert(command.argv.end(), options.begin(), options.end());
  for (const auto& [path, text] : files) command.argv.push_back("./" + path);
  return os::run_checked(command);
}

std::string little_endian(std::uint32_t number) {
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8)
    bytes += static_cast<char>((number >> shift) & 0xffU);
  return bytes;
}

std::vector<std::string> words_of(const registry::FoundPackages& found) {
  std::vector<std::string> words;
  for (const registry::Package& package : found.packages)
    words.push_back(package.manager + " " + package.name + " " + package.version);
  return words;
}

}  // namespace provisioner::tests
