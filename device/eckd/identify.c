/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the disk says about itself: sense ID, device characteristics, configuration data, subsystem
 * status (sections 3 and 9.2).
 */
#include "arch/ebcdic.h"
#include "device/eckd/internal.h"
#include "volume/ckd.h"

#define CHARACTERISTICS_SIZE  64u
#define CONFIGURATION_SIZE    256u
#define SUBSYSTEM_STATUS_SIZE 44u
#define ELEMENT_SIZE	      32u /* of configuration data */
#define CONFIGURATION_GENERAL 224u
#define FACILITY_PREFIX	      0x02u
#define MISSING_INTERRUPT_30S 0x1Eu
#define DEVICE_CLASS_DASD     0x20u

struct control_unit {
	uint16_t type;
	uint8_t model;
	uint8_t code; /* in device characteristics */
	uint8_t functions;
	uint8_t features[4]; /* bytes 6 to 9 of the device characteristics */
	uint8_t ciw_size;
	uint8_t ciw[16]; /* command information words */
};

static const struct control_unit control_units[] = {
	[ECKD_3990_6] = {0x3990,
			 0xE9,
			 0x15,
			 0x40,
			 {0x50, 0x00, 0x10, 0x96},
			 12,
			 {0x40, 0xFA, 0x01, 0x00, 0x41, 0x27, 0x00, 0x04, 0x42, 0x3E, 0x00, 0x60}},
	[ECKD_2107] = {0x2107,
		       0xE8,
		       0x1F,
		       0x48,
		       {0x50, 0x80, 0x10, 0xB7},
		       16,
		       {0x40, 0xFA, 0x01, 0x00, 0x41, 0x27, 0x00, 0x04, 0x42, 0x3E, 0x01, 0xA0,
			0x43, 0x3E, 0x00, 0x08}},
};

static const struct control_unit *control_unit(const struct eckd *eckd)
{
	return &control_units[eckd->control_unit];
}

static const struct volume_model *model(const struct eckd *eckd)
{
	return volume_model_of(&eckd->info);
}

int eckd_sense_id(struct eckd *eckd)
{
	const struct control_unit *cu = control_unit(eckd);
	uint8_t data[8 + sizeof(cu->ciw)] = {0xFF};

	eckd_put16(data + 1, cu->type);
	data[3] = cu->model;
	eckd_put16(data + 4, eckd->info.device_type);
	data[6] = model(eckd)->device_model;
	memcpy(data + 8, cu->ciw, cu->ciw_size);
	css_window_put(eckd->command->window, data, 8u + cu->ciw_size);
	return 0;
}

int eckd_read_device_characteristics(struct eckd *eckd)
{
	/* What all 3390 have in common: track length, capacity factors, limits. */
	static const uint8_t geometry[] = {0x00, ECKD_HEADS, ECKD_SECTORS, 0x00, 0xE5, 0xA2, 0x05,
					   0x94, 0x02,	     0x22,	   0x13, 0x09, 0x06, 0x74};
	static const uint8_t limits[] = {0xDF, 0xEE, 0x00, 0x01, 0x06,
					 0x77, 0x08, 0x0F, 0x00, 0x7F};
	const struct control_unit *cu = control_unit(eckd);
	const struct volume_model *m = model(eckd);
	uint8_t data[CHARACTERISTICS_SIZE] = {0};

	eckd_put16(data, cu->type);
	data[2] = cu->model;
	eckd_put16(data + 3, eckd->info.device_type);
	data[5] = m->device_model;
	memcpy(data + 6, cu->features, sizeof(cu->features));
	if (eckd->track_data)
		data[6] |= FACILITY_PREFIX;
	data[10] = DEVICE_CLASS_DASD;
	data[11] = m->unit_code;
	eckd_put16(data + 12, eckd->info.cylinders);
	memcpy(data + 14, geometry, sizeof(geometry));
	data[40] = m->unit_code; /* in error records: miscellaneous data, outboard */
	data[41] = m->unit_code;
	data[42] = cu->code;
	data[43] = 2; /* bytes of parameters that read track set takes */
	memcpy(data + 44, limits, sizeof(limits));
	data[54] = cu->functions;
	data[56] = cu->code;
	data[57] = 0xFF;
	eckd_put32(data + 60, eckd->info.cylinders);
	css_window_put(eckd->command->window, data, sizeof(data));
	return 0;
}

static char hex_digit(unsigned int value)
{
	return "0123456789ABCDEF"[value & 0xF];
}

/* The volume's serial, or one made from the device number: 12 characters, zeros in front. */
static void serial_text(const struct eckd *eckd, char text[13])
{
	const char *serial = eckd->info.serial;
	size_t length = 0;

	memset(text, '0', 12);
	text[12] = 0;
	while (length < 12 && serial[length] && serial[length] != ' ')
		length++;
	memcpy(text + 12 - length, serial, length);
	for (int i = 0; !length && i < 4; i++)
		text[8 + i] = hex_digit(eckd->device_number >> (12 - 4 * i));
}

/* Type, model, manufacturer, place, serial and tag of a node-element descriptor. */
static void node_element(const struct eckd *eckd, uint8_t *element, unsigned int type,
			 unsigned int node_model)
{
	char text[7] = "  ";
	char serial[13];

	for (int i = 0; i < 4; i++)
		text[2 + i] = hex_digit(type >> (12 - 4 * i));
	arch_ebcdic_encode(element + 4, 6, text);
	for (int i = 0; i < 3; i++)
		text[i] = hex_digit(node_model >> (8 - 4 * i));
	text[3] = 0;
	arch_ebcdic_encode(element + 10, 3, text);
	arch_ebcdic_encode(element + 13, 3, "CIO");
	arch_ebcdic_encode(element + 16, 2, "00");
	serial_text(eckd, serial);
	arch_ebcdic_encode(element + 18, 12, serial);
	element[31] = (uint8_t)eckd->device_number;
}

int eckd_read_configuration_data(struct eckd *eckd)
{
	static const uint8_t flags[4][4] = {
		{0xDC, 0x01, 0x01, 0x00}, /* the device */
		{0xD4, 0x02, 0x00, 0x00}, /* the control unit */
		{0xD0, 0x00, 0x00, 0x00}, /* the logical control unit */
		{0xF0, 0x00, 0x00, 0x01}, /* a token for the string of devices */
	};
	const struct control_unit *cu = control_unit(eckd);
	uint8_t data[CONFIGURATION_SIZE] = {0};
	uint8_t *general = data + CONFIGURATION_GENERAL;

	for (size_t i = 0; i < 4; i++) {
		uint8_t *element = data + i * ELEMENT_SIZE;

		if (i == 0)
			node_element(eckd, element, eckd->info.device_type,
				     model(eckd)->device_model);
		else
			node_element(eckd, element, cu->type, cu->model);
		memcpy(element, flags[i], sizeof(flags[i]));
	}
	general[0] = 0x80;
	memcpy(general + 2, eckd->interface_id, sizeof(eckd->interface_id));
	general[6] = MISSING_INTERRUPT_30S;
	eckd_put16(general + 8, eckd->subsystem_id);
	general[10] = eckd->command->path;
	general[11] = (uint8_t)eckd->device_number;
	css_window_put(eckd->command->window, data, sizeof(data));
	return 0;
}

int eckd_sense_subsystem_status(struct eckd *eckd)
{
	uint8_t data[SUBSYSTEM_STATUS_SIZE] = {0x01}; /* the format with 44 bytes */

	data[1] = (uint8_t)eckd->device_number;
	data[2] = 0xFF; /* unit addresses less one */
	eckd_put16(data + 38, eckd->subsystem_id);
	css_window_put(eckd->command->window, data, sizeof(data));
	return 0;
}
