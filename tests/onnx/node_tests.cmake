target_compile_definitions(${target} PRIVATE IGATA_ONNX_NODE_TESTS="/usr/share/libonnx-testdata/data/node")
