package confine

const thisArch = arm64
