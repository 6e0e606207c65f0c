package confine

const thisArch = amd64
