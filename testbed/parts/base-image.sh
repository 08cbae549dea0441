up_base_image() { :; }
exports_base_image() { :; }
