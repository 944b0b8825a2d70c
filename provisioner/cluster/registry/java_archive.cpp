// Archives of Java (the JAR File Specification; Apache Maven Archiver, "pom.properties"; OSGi Core
// for what a bundle calls itself).

#include "provisioner/cluster/registry/java_archive.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/text.h"

namespace provisioner::registry {
namespace {

constexpr std::string_view manifest_path = "META-INF/MANIFEST.MF";
constexpr int deepest = 2;                           // an archive in one in one
constexpr std::size_t largest_text = 256 << 10;      // bytes; what follows lists classes
constexpr std::size_t largest_unpacked = 128 << 20;  // bytes, of an archive in another
// Bytes, read and unpacked, of one file of an image; entries of hostile archives lie in each other.
constexpr std::uint64_t most_work = 4ULL << 30U;
constexpr std::uint64_t least_work = 4096;  // bytes, that any read counts as
constexpr std::size_t most_packages = 100'000;

using Words = std::map<std::string, std::string>;  // by keys in lower case

std::string word_at(const Words& words, const std::string& key) {
  const auto found = words.find(key);
  return found != words.end() && is_package_word(found->second) ? found->second : "";
}

// "key=text" lines, as Maven writes them.
Words read_properties(const std::string& text) {
  Words words;
  for (const std::string_view line : base::lines_of(text)) {
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos || line.starts_with('#')) continue;
    words[base::lower_case(base::trim(line.substr(0, equal)))] = base::trim(line.substr(equal + 1));
  }
  return words;
}

// The first section: "Key: text", which goes on in lines that begin with a space.
Words read_manifest_words(const std::string& text) {
  Words words;
  std::string key;
  for (const std::string_view line : base::lines_of(text)) {
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (line.front() == ' ') {
      words[key] += line.substr(1);
    } else if (colon != std::string_view::npos) {
      key = base::lower_case(line.substr(0, colon));
      words[key] = base::trim(line.substr(colon + 1));
    }
  }
  return words;
}

Package maven_package(const std::string& group, const std::string& artifact,
                      const std::string& version) {
  return {.manager = "maven",
          .name = group.empty() ? artifact : group + ":" + artifact,
          .version = version,
          .more = {}};
}

std::optional<Package> package_of_maven(const std::string& properties) {
  const Words words = read_properties(properties);
  const std::string group = word_at(words, "groupid"), artifact = word_at(words, "artifactid"),
                    version = word_at(words, "version");
  if (group.empty() || artifact.empty() || version.empty()) return std::nullopt;
  return maven_package(group, artifact, version);
}

struct Named {
  std::string artifact, version;
};

// "log4j-1.2-api-2.17.1.jar": what follows the last "-" before a digit is the version.
Named named_by(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  const std::string name = file.substr(0, file.rfind('.'));
  for (std::size_t at = name.rfind('-'); at != std::string::npos && at > 0;
       at = name.rfind('-', at - 1))
    if (at + 1 < name.size() && name[at + 1] >= '0' && name[at + 1] <= '9')
      return {name.substr(0, at), name.substr(at + 1)};
  return {name, ""};
}

std::string first_of(const std::vector<std::string>& words) {
  const auto found =
      std::ranges::find_if(words, [](const std::string& word) { return !word.empty(); });
  return found == words.end() ? "" : *found;
}

// Repositories name files "ARTIFACT-VERSION.jar", while titles in manifests are for people: where
// the name has that form it counts, and the manifest where it does not.
std::optional<Package> package_of_manifest(const std::string& path, const std::string& manifest) {
  Words words = read_manifest_words(manifest);
  std::string& bundle = words["bundle-symbolicname"];
  bundle = base::trim(bundle.substr(0, bundle.find(';')));  // behind it: directives
  const std::string symbolic = word_at(words, "bundle-symbolicname");
  const std::size_t dot = symbolic.rfind('.');
  const Named named = named_by(path);
  const std::string group = first_of({word_at(words, "implementation-vendor-id"),
                                      dot == std::string::npos ? "" : symbolic.substr(0, dot)});
  const std::string artifact =
      named.version.empty()
          ? first_of({word_at(words, "implementation-title"),
                      dot == std::string::npos ? symbolic : symbolic.substr(dot + 1),
                      named.artifact})
          : named.artifact;
  const std::string version = first_of(
      {named.version, word_at(words, "implementation-version"), word_at(words, "bundle-version")});
  if (!is_package_word(artifact) || !is_package_word(version)) return std::nullopt;
  return maven_package(group, artifact, version);
}

bool is_of_maven(const std::string& name) {
  return name.find("META-INF/maven/") != std::string::npos && name.ends_with("/pom.properties");
}

bool is_wanted(const std::string& name) {
  return name == manifest_path || is_of_maven(name) || is_java_archive(name);
}

class Reader {
 public:
  void take(const std::string& path, const BytesAt& archive, std::uint64_t size, int depth) {
    const BytesAt counted = [&](std::uint64_t offset, std::size_t count) {
      return spend(std::max<std::uint64_t>(count, least_work)) ? archive(offset, count) : "";
    };
    const auto entries = zip_entries(counted, size, is_wanted);
    if (!entries) {
      found_.is_unread = true;
      return;
    }
    std::string manifest;
    bool is_known = false;
    for (const ZipEntry& entry : *entries) {
      if (is_java_archive(entry.name)) {
        take_inner(counted, entry, depth + 1);
      } else if (const auto text = zip_bytes(counted, entry, largest_text);
                 !text || !spend(text->size())) {
        found_.is_unread = true;
      } else if (entry.name == manifest_path) {
        manifest = *text;
      } else {
        is_known = add(package_of_maven(*text)) || is_known;
      }
    }
    if (!is_known && !add(package_of_manifest(path, manifest))) found_.is_unread = true;
  }

  FoundPackages found() && { return std::move(found_); }

 private:
  bool spend(std::uint64_t bytes) {
    const bool is_enough = bytes <= left_;
    left_ = is_enough ? left_ - bytes : 0;
    return is_enough;
  }

  bool add(std::optional<Package> package) {
    if (!package || found_.packages.size() >= most_packages) return false;
    found_.packages.push_back(*std::move(package));
    return true;
  }

  void take_inner(const BytesAt& archive, const ZipEntry& entry, int depth) {
    const auto place = zip_place(archive, entry);
    if (depth > deepest || !place) {
      found_.is_unread = true;
    } else if (entry.is_stored()) {
      take(entry.name, part_of(archive, *place, entry.packed_size), entry.packed_size, depth);
    } else {
      const auto bytes = zip_bytes(archive, entry, largest_unpacked + 1);
      if (!bytes || bytes->size() > largest_unpacked || !spend(bytes->size()))
        found_.is_unread = true;
      else
        take(entry.name, bytes_of(*bytes), bytes->size(), depth);
    }
  }

  static BytesAt part_of(const BytesAt& whole, std::uint64_t begin, std::uint64_t size) {
    return [&whole, begin, size](std::uint64_t offset, std::size_t count) {
      if (offset >= size) return std::string();
      return whole(begin + offset, std::min<std::uint64_t>(count, size - offset));
    };
  }

  static BytesAt bytes_of(const std::string& bytes) {
    return [&bytes](std::uint64_t offset, std::size_t count) {
      return offset < bytes.size() ? bytes.substr(offset, count) : std::string();
    };
  }

  FoundPackages found_;
  std::uint64_t left_ = most_work;
};

}  // namespace

bool is_java_archive(const std::string& path) {
  const std::string name = base::lower_case(path.substr(path.rfind('.') + 1));
  return path.find('.') != std::string::npos && (name == "jar" || name == "war" || name == "ear");
}

FoundPackages read_java_archive(const std::string& path, const BytesAt& archive,
                                std::uint64_t size) {
  Reader reader;
  reader.take(path, archive, size, 0);
  return std::move(reader).found();
}

}  // namespace provisioner::registry
