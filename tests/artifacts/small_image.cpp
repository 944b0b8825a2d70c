// An image of few bytes.

#include "tests/artifacts/small_image.h"

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::artifacts {
namespace {

std::string write_blob(const std::string& folder, const std::string& bytes) {
  const std::string digest = crypto::sha256(bytes);
  os::write_file(folder + "/blobs/sha256/" + digest, bytes);
  return digest;
}

std::string described(const std::string& type, const std::string& digest, std::size_t size) {
  return R"({"mediaType":")" + type + R"(","digest":"sha256:)" + digest + R"(","size":)" +
         std::to_string(size) + "}";
}

}  // namespace

std::string write_layout(const std::string& folder, const std::string& layer) {
  os::make_directories(folder + "/blobs/sha256");
  const std::string config = R"({"architecture":"amd64","os":"linux"})";
  const std::string manifest =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
      described("application/vnd.oci.image.config.v1+json", write_blob(folder, config),
                config.size()) +
      R"(,"layers":[)" +
      described("application/vnd.oci.image.layer.v1.tar", write_blob(folder, layer), layer.size()) +
      "]}";
  const std::string digest = write_blob(folder, manifest);
  os::write_file(
      folder + "/index.json",
      R"({"schemaVersion":2,"manifests":[)" +
          described("application/vnd.oci.image.manifest.v1+json", digest, manifest.size()) + "]}");
  os::write_file(folder + "/oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  return digest;
}

std::string write_archive(const std::string& path, const std::string& layer) {
  const os::TemporaryDirectory folder;
  const std::string digest = write_layout(folder.path(), layer);
  os::run_checked({.argv = {"tar", "--create", "--file", path, "--directory", folder.path(), "."}});
  return digest;
}

}  // namespace provisioner::artifacts
