// Partitions for images that are too small.

#include "provisioner/front/cluster/image_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/cluster/registry/images_lock.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ImageCache : public testing::Test {
 protected:
  ImageCache() {
    desk_.write("hosts.yml",
                R"(instance_one:
  vars:
    kubernetes_version: v1.34.4
    kubernetes_endpoint: {name: api.one, address: 192.0.2.5, port: 6443}
    kubernetes_endpoint_by: none
    instance_name: one
    kubernetes_image_gc_high: 50
  hosts:
    c1: {ansible_host: 192.0.2.1, roles: [control]}
    w1: {ansible_host: 192.0.2.2, roles: [worker], deploy: {image: debian-12, cache_gib: 100}}
    w2: {ansible_host: 192.0.2.3, roles: [worker], deploy: {image: debian-12, cache_gib: 200}}
    w3: {ansible_host: 192.0.2.4, roles: [worker]}
control: {hosts: {c1: }}
worker: {hosts: {w1: , w2: , w3: }}
registry: {hosts: {c1: }}
)");
    words_.inventories = {"hosts.yml"};
  }

  void vet(const std::string& name, char digit, std::uint64_t gib) {
    lock_.images.push_back({.name = name,
                            .tag = "1",
                            .sha256 = std::string(64, digit),
                            .verdict = "passed",
                            .scan = "not scanned",
                            .waived = {},
                            .size = gib << 30U,
                            .by = "alice@ctl1",
                            .at = "2026-11-29T10:00:00Z"});
    registry::write_images_lock("images.lock", lock_);
  }
  std::vector<std::string> told() const {
    return small_caches(words_, cli::cluster_site(words_, "one"));
  }

  cli::Desk desk_;
  cli::RunWords words_;
  registry::ImagesLock lock_;
};

TEST_F(ImageCache, IsTooSmallForAllThatWasVetted) {
  vet("team/small", '1', 2);
  vet("team/large", '2', 18);

  EXPECT_THAT(told(),
              ElementsAre("w1: for 2 vetted images about 80.0 GiB are needed in its partition for "
                          "images (cache_gib), and of its 100.0 GiB 50.0 GiB are left until the 50 "
                          "% in use at which the kubelet throws images away"));
}

TEST_F(ImageCache, IsLargeEnoughForFew) {
  EXPECT_THAT(told(), IsEmpty());
  vet("team/small", '1', 2);
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace provisioner::cluster
