{{ config(materialized='changed_rows', meta={'replaces': {'by': 'all'}}) }}
{{ superseded('int_contacts_validated', 'contacts', ['contact_id'], ['unknown_provider']) }}
