// What is told of layers that could not be looked into.

#include "provisioner/cluster/registry/layer_failure.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace provisioner::registry {
namespace {

TEST(LayerFailure, NamesTheLayerHowLongItTookAndTheNextStep) {
  EXPECT_EQ(too_slow_layer("/images/blobs/sha256/0f3a", std::chrono::minutes(60)).render(),
            "error: the layer '0f3a' could not be read within 60 minutes\n"
            "hint: give this machine less to do, then the same command again");
}

TEST(LayerFailure, NamesTheLayerThePlaceWithoutRoomAndTheNextStep) {
  EXPECT_EQ(unkept_layer("/images/blobs/sha256/0f3a", "/tmp/place/archive", ENOSPC).render(),
            "error: the layer '0f3a' has a file that cannot be kept in '/tmp/place/archive': "
            "No space left on device\n"
            "hint: it needs up to 1 GiB there: name another place as TMPDIR, then the same command "
            "again");
}

}  // namespace
}  // namespace provisioner::registry
