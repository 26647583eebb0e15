import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A small table of what a person changed in Xero: field, Odoo's value, Xero's value.
 *
 * Value: [{label, odoo, xero}], all plain text; nothing of it is ever read as markup.
 */
export class XeroDifferencesField extends Component {
    static template = "xero_connector.DifferencesField";
    static props = { ...standardFieldProps };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("xero_differences", {
    component: XeroDifferencesField,
    supportedTypes: ["json"],
});
