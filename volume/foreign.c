/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Files that are no CKD image: what they are, and what to do with them. */
#include "volume/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct foreign {
	const char *magic;
	uint8_t length;
	uint16_t offset;
	const char *what;
	const char *advice;
};

#define AT(position, text, description, todo)                                                      \
	{                                                                                          \
		.magic = (text), .length = sizeof(text) - 1, .offset = (position),                 \
		.what = (description), .advice = (todo)                                            \
	}

static const char decompress_ckd[] =
	"make it an uncompressed one with Hercules' 'dasdcopy -lfs IMAGE NEW.ckd' and use that";
static const char merge_shadow[] =
	"merge it with Hercules' 'dasdcopy -lfs BASE sf=SHADOW NEW.ckd' and use that";
static const char not_fba[] = "only count-key-data (3390) images can be used";
static const char not_channel[] =
	"give it to QEMU as a virtio disk, or make a volume with 'chanio dasd create'";
static const char unpack[] = "unpack it first; what is inside may be an image";

static const struct foreign kinds[] = {
	AT(0, "CKD_C370", "a compressed CKD image (CCKD)", decompress_ckd),
	AT(0, "CKD_C064", "a compressed CKD image (CCKD, 64-bit)", decompress_ckd),
	AT(0, "CKD_S370", "a shadow file of a compressed CKD image", merge_shadow),
	AT(0, "CKD_S064", "a shadow file of a compressed CKD image (64-bit)", merge_shadow),
	AT(0, "FBA_C370", "a compressed FBA image", not_fba),
	AT(0, "FBA_C064", "a compressed FBA image (64-bit)", not_fba),
	AT(0, "FBA_S370", "a shadow file of a compressed FBA image", not_fba),
	AT(0, "FBA_S064", "a shadow file of a compressed FBA image (64-bit)", not_fba),
	AT(0, "QFI\xfb", "a qcow2 image", not_channel),
	AT(0, "QED\0", "a QED image", not_channel),
	AT(0, "KDMV", "a VMDK image", not_channel),
	AT(0, "conectix", "a VHD image", not_channel),
	AT(0, "vhdxfile", "a VHDX image", not_channel),
	AT(64, "\x7f\x10\xda\xbe", "a VDI image", not_channel),
	AT(0, "LUKS\xba\xbe", "an encrypted (LUKS) volume", not_channel),
	AT(0, "\x1f\x8b", "a gzip archive", unpack),
	AT(0, "BZh", "a bzip2 archive", unpack),
	AT(0,
	   "\xfd"
	   "7zXZ",
	   "an xz archive", unpack),
	AT(0, "\x28\xb5\x2f\xfd", "a zstd archive", unpack),
	AT(0, "PK\x03\x04", "a zip archive", unpack),
	AT(257, "ustar", "a tar archive", unpack),
	AT(0,
	   "\x7f"
	   "ELF",
	   "a program (ELF)", not_channel),
	AT(512, "EFI PART", "a raw disk image with a GPT partition table", not_channel),
	AT(510, "\x55\xaa", "a raw disk image with a PC partition table", not_channel),
};

static const struct foreign *recognise(const uint8_t *head, size_t length)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct foreign *kind = &kinds[i];

		if ((size_t)kind->offset + kind->length <= length &&
		    !memcmp(head + kind->offset, kind->magic, kind->length))
			return kind;
	}
	return NULL;
}

static bool is_text(const uint8_t *head, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((head[i] < ' ' && !strchr("\t\n\r\f", head[i])) || head[i] == 0x7f || !head[i])
			return false;
	}
	return true;
}

static bool is_zero(const uint8_t *head, size_t length)
{
	return !length || (!head[0] && !memcmp(head, head + 1, length - 1));
}

int volume_foreign_error(const struct volume_file *file, const char *path,
			 struct chanio_error *error)
{
	const struct foreign *kind = recognise(file->head, file->head_length);
	const char *what = NULL, *advice = "make a volume with 'chanio dasd create'";

	if (kind) {
		what = kind->what;
		advice = kind->advice;
	} else if (!file->head_length) {
		what = "empty";
	} else if (is_text(file->head, file->head_length)) {
		what = "text";
	} else if (is_zero(file->head, file->head_length)) {
		what = "zeros, perhaps a blank raw or FBA disk image";
	}
	if (what)
		return chanio_error_set(error, -EINVAL,
					VOLUME_PATH " is %s, not an uncompressed CKD image: %s",
					path, what, advice);
	return chanio_error_set(error, -EINVAL,
				VOLUME_PATH
				" is not a CKD image (it does not begin with CKD_P370, "
				"as what 'chanio dasd create' and Hercules' 'dasdinit -lfs' "
				"make does); it may be a raw or FBA disk image",
				path);
}
