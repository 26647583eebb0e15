import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * How many documents of a tenant stand in Xero in which state. Each count opens its list.
 *
 * Value: [{model, label, stages: [{stage, label, count}]}], plain text and numbers.
 */
export class XeroStagesField extends Component {
    static template = "xero_connector.StagesField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get kinds() {
        return this.props.record.data[this.props.name] || [];
    }

    async open(model, stage) {
        const { resId } = this.props.record;
        const args = [[resId], model, stage];
        const action = await this.orm.call("xero.tenant", "action_open_stage", args);
        await this.action.doAction(action);
    }
}

registry.category("fields").add("xero_stages", {
    component: XeroStagesField,
    supportedTypes: ["json"],
});
